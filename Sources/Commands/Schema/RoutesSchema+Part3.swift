// Made by scripts/embed-schema.sh from docs/routes.schema.json.

// swift-format-ignore-file

extension RoutesSchema {
    static let part3 = #"""
                  "description": "The path upstream, with {name} and {**} from the match.",
                  "type": "string",
                  "pattern": "^(/|.*\\$\\{)"
                },
                "auth": {"$ref": "#/$defs/auth"},
                "rateLimit": {"$ref": "#/$defs/rateLimit"},
                "timeout": {"$ref": "#/$defs/timeout"},
                "retries": {"$ref": "#/$defs/retries"},
                "bodyLimit": {"$ref": "#/$defs/size", "description": "The largest request body.", "default": "10MiB"},
                "cors": {"$ref": "#/$defs/cors"},
                "websocket": {"$ref": "#/$defs/websocket"},
                "headers": {"$ref": "#/$defs/headers"},
                "allowEncodedSlash": {"description": "Whether %2F and %5C are let through.", "type": "boolean", "default": false}
              }
            },
            "method": {"enum": ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"]},
            "match": {
              "type": "object",
              "additionalProperties": false,
              "required": ["path"],
              "properties": {
                "methods": {
                  "anyOf": [{"$ref": "#/$defs/method"}, {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/method"}}]
                },
                "hosts": {
                  "description": "shop.test, or *.shop.test for every host below it.",
                  "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]
                },
                "path": {
                  "description": "With {name}, {name:int}, {name?} and ** at the end.",
                  "type": "string",
                  "pattern": "^(/|.*\\$\\{)"
                },
                "headers": {"$ref": "#/$defs/conditions"},
                "query": {"$ref": "#/$defs/conditions"}
              }
            },
            "conditions": {
              "description": "By name: a text for equality, true for presence, false for absence, or an object.",
              "type": "object",
              "additionalProperties": {
                "anyOf": [
                  {"type": ["string", "boolean"]},
                  {
                    "type": "object",
                    "additionalProperties": false,
                    "minProperties": 1,
                    "maxProperties": 1,
                    "properties": {
                      "equals": {"type": "string"},
                      "prefix": {"type": "string", "minLength": 1},
                      "present": {"type": "boolean"}
                    }
                  }
                ]
              }
            },
            "auth": {
              "description": "Who may; required where a jwt is configured.",
              "anyOf": [
                {"enum": ["none", "optional", "required"]},
                {
                  "type": "object",
                  "additionalProperties": false,
                  "properties": {
                    "mode": {"enum": ["none", "optional", "required"], "default": "required"},
                    "jwt": {
                      "description": "The jwt entries of which one must fit; all by default.",
                      "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]
                    },
                    "scopes": {
                      "description": "Scopes that the token must have, all of them.",
                      "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]
                    },
                    "roles": {
                      "description": "Roles of which it must have one.",
                      "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]
                    },
                    "claims": {
                      "description": "Claims that go upstream as fields.",
                      "type": "object",
                      "additionalProperties": {"type": "string", "minLength": 1}
                    }
                  }
                }
              ]
            },
            "timeout": {
              "description": "The whole exchange, or its parts.",
              "anyOf": [
                {"$ref": "#/$defs/duration"},
                {
                  "type": "object",
                  "additionalProperties": false,
                  "properties": {
                    "total": {"$ref": "#/$defs/duration", "description": "The whole exchange.", "default": "15s"},
                    "perTry": {
                      "$ref": "#/$defs/duration",
                      "description": "One try; an equal share, and at least a second, by default."
                    },
                    "connect": {"$ref": "#/$defs/duration", "description": "To connect; the service's own by default."},
                    "idle": {
                      "$ref": "#/$defs/duration",
                      "description": "Without a byte on streams and WebSockets.",
                      "default": "5m"
                    }
                  }
                }
              ]
            },
            "retries": {
              "description": "How often, or all of it.",
              "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": 10},
                {
                  "type": "object",
                  "additionalProperties": false,
                  "properties": {
                    "count": {"description": "Tries after the first.", "type": "integer", "minimum": 0, "maximum": 10, "default": 1},
                    "on": {
                      "description": "What is tried again.",
                      "type": "array",
                      "items": {
                        "anyOf": [{"enum": ["connect", "reset", "timeout"]}, {"type": "integer", "minimum": 400, "maximum": 599}]
                      },
                      "default": ["connect", "reset", 502, 503, 504]
                    },
                    "bodyLimit": {
                      "$ref": "#/$defs/size",
                      "description": "The largest body that is kept for another try.",
                      "default": "64KiB"
                    },
                    "backoff": {
                      "type": "object",
                      "additionalProperties": false,
                      "properties": {
                        "base": {"$ref": "#/$defs/duration", "description": "The first delay.", "default": "25ms"},
                        "cap": {"$ref": "#/$defs/duration", "description": "The longest delay.", "default": "250ms"}
                      }
                    }
                  }
                }
              ]
            },
            "cors": {
              "description": "Other origins: none, their list, or all of it.",
              "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "items": {"type": "string", "minLength": 1}},
                {
                  "type": "object",
                  "additionalProperties": false,
                  "required": ["origins"],
                  "properties": {
                    "origins": {
                      "description": "Origins that may; * for any.",
                      "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]
                    },
                    "methods": {
                      "description": "Methods; the route's own by default.",
                      "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]
                    },
                    "headers": {
                      "description": "Fields that may be sent; those that are asked for by default.",
                      "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]
                    },
                    "expose": {
                      "description": "Fields that scripts may read.",
                      "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]
                    },
                    "credentials": {"description": "Whether cookies and tokens may be sent.", "type": "boolean", "default": false},
                    "maxAge": {"$ref": "#/$defs/duration", "description": "How long a preflight's answer holds."}
                  }
                }
              ]
            },
            "websocket": {
              "description": "WebSockets: whether they are passed on, or the origins of the pages that may open them.",
              "anyOf": [
                {"type": "boolean"},
                {"type": "string", "minLength": 1},
                {"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}
              ],
              "default": true
            },
            "headerEdits": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "set": {"$ref": "#/$defs/fields", "description": "Fields that get this value and no other."},
                "add": {"$ref": "#/$defs/fields", "description": "Fields that are appended."},
                "remove": {
                  "description": "Fields that go.",
                  "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]
                }
              }
            },
            "headers": {
              "type": "object",
              "additionalProperties": false,
              "properties": {"request": {"$ref": "#/$defs/headerEdits"}, "response": {"$ref": "#/$defs/headerEdits"}}
            },
            "respond": {
              "description": "An answer of the gateway itself.",
              "anyOf": [
                {"type": "integer", "minimum": 200, "maximum": 599},
                {
                  "type": "object",
                  "additionalProperties": false,
                  "properties": {
                    "status": {"description": "The status.", "type": "integer", "minimum": 200, "maximum": 599, "default": 200},
                    "headers": {"$ref": "#/$defs/fields"},
                    "body": {"type": "string"}
                  }
                }
              ]
            },
            "test": {
              "type": "object",
              "additionalProperties": false,
              "required": ["request", "expect"],
              "properties": {
                "request": {"description": "Such as GET shop.test/orders?limit=1.", "type": "string", "minLength": 1},
                "headers": {"$ref": "#/$defs/fields"},
                "token": {
                  "type": "object",
                  "additionalProperties": false,
                  "properties": {
                    "scopes": {
                      "description": "Its scopes.",
                      "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]
                    },
                    "roles": {
                      "description": "Its roles.",
                      "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]
                    }
                  }
                },
                "expect": {
                  "type": "object",
                  "additionalProperties": false,
                  "minProperties": 1,
                  "properties": {
                    "route": {"type": "string", "minLength": 1},
                    "status": {
                      "description": "401, 403, 404, 405 or a static answer's; 200 for forwarding.",
                      "type": "integer",
                      "minimum": 100,
                      "maximum": 599
                    }
                  }
                }
              }
            }
          }
        }

        """#
}
