// Made by scripts/embed-schema.sh from docs/routes.schema.json.

// swift-format-ignore-file

extension RoutesSchema {
    static let part2 = #"""
                "maxRequests": {"description": "Requests in flight on one endpoint.", "type": "integer", "minimum": 1, "maximum": 1000000},
                "maxStreams": {
                  "description": "Requests at once on one HTTP/2 connection.",
                  "type": "integer",
                  "minimum": 1,
                  "maximum": 10000,
                  "default": 100
                },
                "connectTimeout": {"$ref": "#/$defs/duration", "description": "To connect, TLS handshake included.", "default": "2s"},
                "idleTimeout": {"$ref": "#/$defs/duration", "description": "An idle upstream connection.", "default": "60s"},
                "idleConnections": {
                  "description": "Idle upstream connections per endpoint and event loop.",
                  "type": "integer",
                  "minimum": 0,
                  "maximum": 65536,
                  "default": 256
                }
              }
            },
            "service": {
              "type": "object",
              "additionalProperties": false,
              "oneOf": [{"required": ["handler"]}, {"required": ["run"]}, {"required": ["targets"]}],
              "properties": {
                "handler": {"$ref": "#/$defs/name", "description": "A handler of the shop executable."},
                "run": {
                  "description": "A command that the gateway runs.",
                  "anyOf": [{"$ref": "#/$defs/command"}, {"$ref": "#/$defs/run"}]
                },
                "targets": {
                  "description": "Servers that run elsewhere.",
                  "anyOf": [{"$ref": "#/$defs/target"}, {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/target"}}]
                },
                "protocol": {
                  "description": "What is spoken to the endpoints: HTTP/1.1, HTTP/2 over TLS, or HTTP/2 in plain text.",
                  "enum": ["http1", "h2", "h2c"],
                  "default": "http1"
                },
                "instances": {"description": "Processes.", "type": "integer", "minimum": 1, "maximum": 64, "default": 1},
                "port": {
                  "description": "The loopback port of the first instance; the next ones follow.",
                  "type": "integer",
                  "minimum": 1,
                  "maximum": 65535
                },
                "database": {"description": "The database of a handler.", "type": "string", "minLength": 1},
                "openapi": {
                  "description": "Whether it describes itself at its /openapi.json; handlers do by default.",
                  "type": "boolean"
                },
                "tls": {"$ref": "#/$defs/upstreamTLS"},
                "env": {"$ref": "#/$defs/environment"},
                "restart": {
                  "description": "What happens when the process exits.",
                  "enum": ["always", "on-failure", "never"],
                  "default": "always"
                },
                "stopTimeout": {"$ref": "#/$defs/duration", "description": "From being told to stop until it is killed.", "default": "10s"},
                "directory": {"description": "The folder it runs in.", "type": "string", "minLength": 1},
                "balance": {
                  "description": "How an endpoint is chosen.",
                  "enum": ["p2c", "round-robin", "least-request", "random"],
                  "default": "p2c"
                },
                "breaker": {"$ref": "#/$defs/breaker"},
                "health": {"$ref": "#/$defs/health"},
                "ejection": {"$ref": "#/$defs/ejection"},
                "retryBudget": {"$ref": "#/$defs/retryBudget"},
                "maxRequests": {"description": "Requests in flight on one endpoint.", "type": "integer", "minimum": 1, "maximum": 1000000},
                "maxStreams": {
                  "description": "Requests at once on one HTTP/2 connection.",
                  "type": "integer",
                  "minimum": 1,
                  "maximum": 10000,
                  "default": 100
                },
                "connectTimeout": {"$ref": "#/$defs/duration", "description": "To connect, TLS handshake included.", "default": "2s"},
                "idleTimeout": {"$ref": "#/$defs/duration", "description": "An idle upstream connection.", "default": "60s"},
                "idleConnections": {
                  "description": "Idle upstream connections per endpoint and event loop.",
                  "type": "integer",
                  "minimum": 0,
                  "maximum": 65536,
                  "default": 256
                }
              }
            },
            "command": {
              "description": "A program and its arguments; {port} and {socket} say where to listen.",
              "type": "array",
              "minItems": 1,
              "items": {"type": "string"}
            },
            "run": {
              "type": "object",
              "additionalProperties": false,
              "required": ["command"],
              "properties": {
                "command": {"$ref": "#/$defs/command"},
                "env": {"$ref": "#/$defs/environment"},
                "restart": {
                  "description": "What happens when the process exits.",
                  "enum": ["always", "on-failure", "never"],
                  "default": "always"
                },
                "stopTimeout": {"$ref": "#/$defs/duration", "description": "From being told to stop until it is killed.", "default": "10s"},
                "directory": {"description": "The folder it runs in.", "type": "string", "minLength": 1}
              }
            },
            "target": {
              "anyOf": [
                {"$ref": "#/$defs/targetURL"},
                {
                  "type": "object",
                  "additionalProperties": false,
                  "required": ["url"],
                  "properties": {
                    "url": {"$ref": "#/$defs/targetURL"},
                    "weight": {
                      "description": "Its share of the requests.",
                      "type": "integer",
                      "minimum": 0,
                      "maximum": 1000,
                      "default": 1
                    }
                  }
                }
              ]
            },
            "targetURL": {"type": "string", "pattern": "^(https?://[^/?@]+/?|unix:.+|.*\\$\\{.*)$"},
            "upstreamTLS": {
              "type": "object",
              "additionalProperties": false,
              "dependentRequired": {"cert": ["key"], "key": ["cert"]},
              "properties": {
                "verify": {"description": "Whether certificates are verified.", "type": "boolean", "default": true},
                "ca": {"description": "Trusted certificates in PEM; the system's by default.", "type": "string", "minLength": 1},
                "serverName": {"description": "The name that the certificate must have.", "type": "string", "minLength": 1},
                "cert": {"description": "The gateway's own certificate in PEM.", "type": "string", "minLength": 1},
                "key": {"description": "The key of that certificate.", "type": "string", "minLength": 1}
              }
            },
            "health": {
              "description": "Active checks: none, a path, or all of it.",
              "anyOf": [
                {"const": "none"},
                {"type": "string", "pattern": "^(/|.*\\$\\{)"},
                {
                  "type": "object",
                  "additionalProperties": false,
                  "properties": {
                    "path": {
                      "description": "What is requested; none to only connect.",
                      "type": "string",
                      "pattern": "^(none$|/|.*\\$\\{)"
                    },
                    "grpc": {
                      "description": "Instead of a path: the service that grpc.health.v1 is asked about; empty for the whole server.",
                      "type": "string"
                    },
                    "interval": {
                      "$ref": "#/$defs/duration",
                      "description": "Between checks of an endpoint that is up.",
                      "default": "5s"
                    },
                    "downInterval": {"$ref": "#/$defs/duration", "description": "Between checks of one that is not.", "default": "1s"},
                    "timeout": {"$ref": "#/$defs/duration", "description": "One check.", "default": "2s"},
                    "fall": {
                      "description": "Failed checks in a row that take it down.",
                      "type": "integer",
                      "minimum": 1,
                      "maximum": 100,
                      "default": 3
                    },
                    "rise": {
                      "description": "Passed checks in a row that bring it up.",
                      "type": "integer",
                      "minimum": 1,
                      "maximum": 100,
                      "default": 2
                    },
                    "status": {
                      "description": "Statuses that pass.",
                      "anyOf": [
                        {"type": "integer", "minimum": 100, "maximum": 599},
                        {"type": "string", "pattern": "^([1-5][0-9]{2}(-[1-5][0-9]{2})?|.*\\$\\{.*)$"}
                      ],
                      "default": "200-399"
                    },
                    "slowStart": {
                      "$ref": "#/$defs/duration",
                      "description": "How long the share of an endpoint that came up grows.",
                      "default": "10s"
                    },
                    "jitter": {
                      "description": "The share by which intervals vary.",
                      "type": "number",
                      "minimum": 0,
                      "maximum": 0.5,
                      "default": 0.1
                    }
                  }
                }
              ]
            },
            "breaker": {
              "description": "The breaker: none, or what differs from the defaults.",
              "anyOf": [
                {"const": "none"},
                {
                  "type": "object",
                  "additionalProperties": false,
                  "properties": {
                    "errorRate": {
                      "description": "The share of failures that opens it.",
                      "type": "number",
                      "minimum": 0.01,
                      "maximum": 1,
                      "default": 0.5
                    },
                    "minRequests": {
                      "description": "The fewest requests at which the share counts.",
                      "type": "integer",
                      "minimum": 1,
                      "maximum": 1000000,
                      "default": 20
                    },
                    "window": {"$ref": "#/$defs/duration", "description": "How far back requests count.", "default": "10s"},
                    "connectFailures": {
                      "description": "Connect failures in a row that open it.",
                      "type": "integer",
                      "minimum": 1,
                      "maximum": 1000000,
                      "default": 5
                    },
                    "open": {
                      "$ref": "#/$defs/duration",
                      "description": "How long it stays open, doubled while probes fail.",
                      "default": "5s"
                    },
                    "maxOpen": {"$ref": "#/$defs/duration", "description": "The longest it stays open.", "default": "60s"},
                    "probes": {"description": "Probes at once.", "type": "integer", "minimum": 1, "maximum": 1000, "default": 3},
                    "successes": {
                      "description": "Probes that must succeed.",
                      "type": "integer",
                      "minimum": 1,
                      "maximum": 1000,
                      "default": 3
                    },
                    "probeTimeout": {"$ref": "#/$defs/duration", "description": "How long a probe holds its place.", "default": "30s"},
                    "statuses": {
                      "description": "Statuses that are failures.",
                      "anyOf": [
                        {"type": "integer", "minimum": 500, "maximum": 599},
                        {"type": "array", "items": {"type": "integer", "minimum": 500, "maximum": 599}}
                      ],
                      "default": [502, 503, 504]
                    }
                  }
                }
              ]
            },
            "ejection": {
              "description": "Passive ejection of endpoints: none, or what differs from the defaults.",
              "anyOf": [
                {"const": "none"},
                {
                  "type": "object",
                  "additionalProperties": false,
                  "properties": {
                    "failures": {
                      "description": "Failures in a row that eject.",
                      "type": "integer",
                      "minimum": 1,
                      "maximum": 1000000,
                      "default": 5
                    },
                    "errorRate": {
                      "description": "The share of failures that ejects.",
                      "type": "number",
                      "minimum": 0.01,
                      "maximum": 1,
                      "default": 0.5
                    },
                    "minRequests": {
                      "description": "The fewest requests at which the share counts.",
                      "type": "integer",
                      "minimum": 1,
                      "maximum": 1000000,
                      "default": 10
                    },
                    "duration": {
                      "$ref": "#/$defs/duration",
                      "description": "The first ejection; the n-th is n times as long.",
                      "default": "10s"
                    },
                    "maxDuration": {"$ref": "#/$defs/duration", "description": "The longest ejection.", "default": "2m"}
                  }
                }
              ]
            },
            "retryBudget": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "ratio": {
                  "description": "The share of requests that may be retries.",
                  "type": "number",
                  "minimum": 0,
                  "maximum": 1,
                  "default": 0.2
                },
                "floor": {
                  "description": "Retries that are always allowed.",
                  "type": "integer",
                  "minimum": 0,
                  "maximum": 1000000,
                  "default": 3
                }
              }
            },
            "route": {
              "type": "object",
              "additionalProperties": false,
              "required": ["name", "match"],
              "oneOf": [{"required": ["to"]}, {"required": ["respond"]}],
              "properties": {
                "name": {"$ref": "#/$defs/name", "description": "Unique; stands in logs and metrics."},
                "match": {
                  "description": "Which requests: METHODS host/path, or the long form.",
                  "anyOf": [
                    {"type": "string", "minLength": 1, "examples": ["GET,POST shop.test/orders/{id?}", "/static/**"]},
                    {"$ref": "#/$defs/match"}
                  ]
                },
                "to": {
                  "description": "The service, or several with weights.",
                  "anyOf": [
                    {"$ref": "#/$defs/name"},
                    {
                      "type": "object",
                      "minProperties": 1,
                      "propertyNames": {"$ref": "#/$defs/names"},
                      "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 1000000}
                    }
                  ]
                },
                "respond": {"$ref": "#/$defs/respond"},
                "strip": {"description": "The start of the path that is dropped.", "type": "string", "pattern": "^(/|.*\\$\\{)"},
                "rewrite": {

        """#
}
