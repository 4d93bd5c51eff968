// Made by scripts/embed-schema.sh from docs/routes.schema.json.

// swift-format-ignore-file

extension RoutesSchema {
    static let part1 = #"""
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "routes.json of the gateway",
          "type": "object",
          "additionalProperties": false,
          "required": ["routes"],
          "properties": {
            "$schema": {"type": "string"},
            "listen": {"$ref": "#/$defs/listen"},
            "log": {"$ref": "#/$defs/log"},
            "trustedProxies": {"$ref": "#/$defs/ranges", "description": "Peers whose X-Forwarded fields are believed."},
            "admin": {"$ref": "#/$defs/admin"},
            "stateDir": {
              "description": "The folder of sockets, databases and logs.",
              "type": "string",
              "minLength": 1,
              "default": "var"
            },
            "jwt": {
              "description": "How tokens are checked, by name.",
              "type": "object",
              "propertyNames": {"$ref": "#/$defs/names"},
              "additionalProperties": {"$ref": "#/$defs/tokenProfile"}
            },
            "defaults": {"$ref": "#/$defs/defaults"},
            "limits": {"$ref": "#/$defs/limits"},
            "timeouts": {"$ref": "#/$defs/timeouts"},
            "services": {
              "description": "Services, by name.",
              "type": "object",
              "propertyNames": {"$ref": "#/$defs/names"},
              "additionalProperties": {"$ref": "#/$defs/service"}
            },
            "routes": {"description": "Routes; their order does not matter.", "type": "array", "items": {"$ref": "#/$defs/route"}},
            "tests": {"description": "What the file expects of its own routes.", "type": "array", "items": {"$ref": "#/$defs/test"}},
            "openapi": {
              "description": "What /openapi.json says of the API as a whole; off for no such document.",
              "anyOf": [{"const": "off"}, {"$ref": "#/$defs/openapi"}]
            }
          },
          "$defs": {
            "duration": {
              "type": "string",
              "pattern": "^([0-9]+(\\.[0-9]{1,3})?(ms|s|m|h|d)|.*\\$\\{.*)$",
              "examples": ["250ms", "15s", "5m", "1h"]
            },
            "size": {
              "type": "string",
              "pattern": "^([0-9]+(\\.[0-9]{1,3})?(B|KB|MB|GB|KiB|MiB|GiB)|.*\\$\\{.*)$",
              "examples": ["64KiB", "10MiB"]
            },
            "http2Allowance": {
              "type": "string",
              "pattern": "^(\\s*[0-9]+/s(\\s+burst\\s+[0-9]+)?\\s*|.*\\$\\{.*)$",
              "examples": ["20/s burst 200", "5/s"]
            },
            "rateLimitPolicy": {
              "type": "string",
              "pattern": "^(\\s*[0-9]+/(s|m|h|d)\\s+per\\s+(ip|sub|token|route|header:[^ ]+)(\\s+burst\\s+[0-9]+)?\\s*|.*\\$\\{.*)$",
              "examples": ["20/s per sub burst 40", "5/m per ip"]
            },
            "rateLimit": {
              "description": "How often: one policy, several that all hold, or none.",
              "anyOf": [
                {"const": "none"},
                {"$ref": "#/$defs/rateLimitPolicy"},
                {"type": "array", "items": {"$ref": "#/$defs/rateLimitPolicy"}}
              ]
            },
            "name": {"type": "string", "pattern": "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$"},
            "names": {"pattern": "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$"},
            "address": {"type": "string", "examples": [":8443", "127.0.0.1:8443", "[::1]:8443", "unix:/run/gateway.sock"]},
            "addresses": {"anyOf": [{"$ref": "#/$defs/address"}, {"type": "array", "items": {"$ref": "#/$defs/address"}}]},
            "ranges": {
              "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}],
              "examples": [["127.0.0.0/8", "::1"]]
            },
            "certificate": {
              "type": "object",
              "additionalProperties": false,
              "required": ["cert", "key"],
              "properties": {
                "cert": {"description": "The chain in PEM, the server's own certificate first.", "type": "string", "minLength": 1},
                "key": {"description": "The private key in PEM.", "type": "string", "minLength": 1}
              }
            },
            "fields": {"type": "object", "additionalProperties": {"type": "string"}, "propertyNames": {"minLength": 1}},
            "environment": {
              "description": "Variables besides the gateway's own; values may use ${NAME}, file:PATH, {port} and {socket}.",
              "type": "object",
              "additionalProperties": {"type": "string"}
            },
            "openapi": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "title": {"description": "The name of the API.", "type": "string", "minLength": 1, "default": "API"},
                "version": {"description": "The version of the API.", "type": "string", "minLength": 1, "default": "1"}
              }
            },
            "listen": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "https": {"$ref": "#/$defs/addresses", "description": "Public addresses.", "default": ":8443"},
                "http": {"$ref": "#/$defs/addresses", "description": "Addresses that answer 308 to HTTPS."},
                "admin": {
                  "description": "Health, metrics, dashboard and reload; off for nowhere.",
                  "anyOf": [{"const": "off"}, {"$ref": "#/$defs/address"}]
                },
                "internal": {
                  "description": "Where services ask each other as NAME.internal, on this machine only; off for nowhere. With a handler or run: a socket in stateDir by default.",
                  "anyOf": [{"const": "off"}, {"$ref": "#/$defs/address"}]
                },
                "tls": {"$ref": "#/$defs/listenTLS"}
              }
            },
            "listenTLS": {
              "type": "object",
              "additionalProperties": false,
              "dependentRequired": {"cert": ["key"], "key": ["cert"]},
              "properties": {
                "cert": {"description": "The chain in PEM.", "type": "string", "default": "certs/gateway.pem"},
                "key": {"description": "The private key in PEM.", "type": "string", "default": "certs/gateway.key"},
                "minVersion": {"description": "The oldest version that is spoken.", "enum": ["1.2", "1.3"], "default": "1.2"},
                "certificates": {
                  "description": "More certificates, chosen by the host that the client names.",
                  "type": "array",
                  "items": {"$ref": "#/$defs/certificate"}
                }
              }
            },
            "log": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "level": {
                  "description": "The least level that is written.",
                  "enum": ["debug", "info", "warning", "error"],
                  "default": "info"
                },
                "access": {"description": "stdout, off, or a file's path.", "type": "string", "minLength": 1, "default": "stdout"}
              }
            },
            "admin": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "allow": {
                  "$ref": "#/$defs/ranges",
                  "description": "Peers that see /health and /metrics on the public addresses; loopback by default."
                }
              }
            },
            "tokenProfile": {
              "type": "object",
              "additionalProperties": false,
              "required": ["algorithms"],
              "oneOf": [{"required": ["secret"]}, {"required": ["publicKey"]}, {"required": ["jwks"]}],
              "properties": {
                "issuer": {"description": "What iss must be.", "type": "string", "minLength": 1},
                "audience": {
                  "description": "What aud must have one of.",
                  "anyOf": [{"type": "string", "minLength": 1}, {"type": "array", "items": {"type": "string", "minLength": 1}}]
                },
                "algorithms": {
                  "description": "What the issuer signs with.",
                  "anyOf": [{"$ref": "#/$defs/algorithm"}, {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/algorithm"}}]
                },
                "secret": {
                  "description": "The shared secret: file:PATH, ${NAME} or the text itself.",
                  "type": "string",
                  "minLength": 1
                },
                "publicKey": {"description": "The path of a public key or certificate in PEM.", "type": "string", "minLength": 1},
                "jwks": {"description": "The path of a JWK set.", "type": "string", "minLength": 1},
                "leeway": {"$ref": "#/$defs/duration", "description": "How far clocks may differ.", "default": "30s"},
                "maxTokenSize": {"$ref": "#/$defs/size", "description": "The largest token.", "default": "8KiB"},
                "revocations": {
                  "description": "Who says which tokens no longer count.",
                  "anyOf": [{"$ref": "#/$defs/name"}, {"$ref": "#/$defs/revocations"}]
                }
              }
            },
            "revocations": {
              "type": "object",
              "additionalProperties": false,
              "required": ["service"],
              "properties": {
                "service": {"$ref": "#/$defs/name", "description": "The service that knows."},
                "path": {"description": "The path of its list.", "type": "string", "minLength": 1, "default": "/revocations"},
                "interval": {"$ref": "#/$defs/duration", "description": "The pause between two questions.", "default": "500ms"},
                "maxEntries": {
                  "description": "The most ids that are kept; beyond, those go first that expire first.",
                  "type": "integer",
                  "minimum": 1,
                  "maximum": 1000000,
                  "default": 100000
                }
              }
            },
            "algorithm": {
              "enum": [
                "HS256",
                "HS384",
                "HS512",
                "RS256",
                "RS384",
                "RS512",
                "PS256",
                "PS384",
                "PS512",
                "ES256",
                "ES384",
                "ES512",
                "EdDSA"
              ]
            },
            "limits": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "connections": {
                  "description": "Client connections at once; as many as there are descriptors by default.",
                  "type": "integer",
                  "minimum": 1,
                  "maximum": 10000000
                },
                "requestsPerConnection": {"description": "Requests on one client connection.", "type": "integer", "minimum": 1, "default": 10000},
                "headerBytes": {"$ref": "#/$defs/size", "description": "All header fields of a message.", "default": "32KiB"},
                "headerCount": {
                  "description": "Header fields of a message.",
                  "type": "integer",
                  "minimum": 8,
                  "maximum": 10000,
                  "default": 100
                },
                "requestLine": {"$ref": "#/$defs/size", "description": "The request line.", "default": "8KiB"},
                "minBodyRate": {
                  "description": "The slowest that a client may send or take a body.",
                  "type": "string",
                  "pattern": "^([0-9]+(\\.[0-9]{1,3})?(B|KB|MB|GB|KiB|MiB|GiB)/s|.*\\$\\{.*)$",
                  "default": "240B/s"
                },
                "http2Streams": {
                  "description": "Streams of an HTTP/2 connection at once.",
                  "type": "integer",
                  "minimum": 1,
                  "maximum": 10000,
                  "default": 100
                },
                "http2StreamWindow": {"$ref": "#/$defs/size", "description": "The window of an HTTP/2 stream.", "default": "64KiB"},
                "http2ConnectionWindow": {"$ref": "#/$defs/size", "description": "The window of an HTTP/2 connection.", "default": "1MiB"},
                "http2Resets": {"$ref": "#/$defs/http2Allowance", "description": "HTTP/2 streams that a client resets, or makes the gateway reset; four that end well allow one more.", "default": "20/s burst 200"},
                "http2Refusals": {"$ref": "#/$defs/http2Allowance", "description": "HTTP/2 streams opened beyond http2Streams.", "default": "100/s burst 1000"},
                "http2Settings": {"$ref": "#/$defs/http2Allowance", "description": "HTTP/2 SETTINGS frames.", "default": "5/s burst 100"},
                "http2Pings": {"$ref": "#/$defs/http2Allowance", "description": "HTTP/2 PING frames beyond one for each message or data frame.", "default": "20/s burst 200"},
                "http2Priorities": {"$ref": "#/$defs/http2Allowance", "description": "HTTP/2 PRIORITY and PRIORITY_UPDATE frames beyond eight for each message or data frame.", "default": "20/s burst 200"},
                "http2EmptyFrames": {"$ref": "#/$defs/http2Allowance", "description": "HTTP/2 DATA frames without data beyond one for each message or data frame.", "default": "10/s burst 100"},
                "http2WindowUpdates": {"$ref": "#/$defs/http2Allowance", "description": "HTTP/2 WINDOW_UPDATE frames beyond four for each message or data frame.", "default": "200/s burst 2000"},
                "http2UnknownFrames": {"$ref": "#/$defs/http2Allowance", "description": "HTTP/2 frames of unknown types beyond two for each message or data frame.", "default": "10/s burst 100"},
                "http2StrayFrames": {"$ref": "#/$defs/http2Allowance", "description": "HTTP/2 frames for streams that have ended beyond two for each message or data frame.", "default": "200/s burst 2000"},
                "http2Continuations": {
                  "description": "CONTINUATION frames of one HTTP/2 field block.",
                  "type": "integer",
                  "minimum": 1,
                  "maximum": 1000,
                  "default": 8
                },
                "http2FieldBlock": {"$ref": "#/$defs/size", "description": "One HTTP/2 field block that comes in several frames, compressed.", "default": "64KiB"},
                "http2WorkPerStream": {
                  "description": "Requests of an HTTP/2 connection that are worked on at once, their streams ended or not, as a multiple of http2Streams.",
                  "type": "integer",
                  "minimum": 1,
                  "maximum": 100,
                  "default": 2
                },
                "http2UnreadAnswers": {"$ref": "#/$defs/size", "description": "Answers to SETTINGS, PING and the like that an HTTP/2 client has not read.", "default": "64KiB"},
                "rateLimitKeys": {
                  "description": "Keys whose rate is remembered.",
                  "type": "integer",
                  "minimum": 1024,
                  "maximum": 67108864,
                  "default": 65536
                },
                "tokenCacheEntries": {
                  "description": "Verified tokens that are remembered.",
                  "type": "integer",
                  "minimum": 0,
                  "maximum": 10000000,
                  "default": 10000
                },
                "tokenCacheLifetime": {"$ref": "#/$defs/duration", "description": "How long one is remembered at most.", "default": "1m"},
                "shield": {
                  "description": "The coarse limit per address, before signatures are checked; the first ip policy of defaults.rateLimit by default.",
                  "anyOf": [{"const": "none"}, {"$ref": "#/$defs/rateLimitPolicy"}]
                }
              }
            },
            "timeouts": {
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "tlsHandshake": {"$ref": "#/$defs/duration", "description": "A TLS handshake.", "default": "10s"},
                "headerRead": {
                  "$ref": "#/$defs/duration",
                  "description": "From the first byte of a request to the end of its head.",
                  "default": "10s"
                },
                "bodyIdle": {"$ref": "#/$defs/duration", "description": "Between two reads of a request's body.", "default": "30s"},
                "keepAliveIdle": {
                  "$ref": "#/$defs/duration",
                  "description": "Between two requests of a client connection.",
                  "default": "75s"
                },
                "drainDelay": {
                  "$ref": "#/$defs/duration",
                  "description": "From being told to stop until connections are no longer accepted.",
                  "default": "2s"
                },
                "drain": {
                  "$ref": "#/$defs/duration",
                  "description": "For requests in flight when the gateway stops.",
                  "default": "30s"
                }
              }
            },
            "defaults": {
              "description": "What routes and services have when they do not say otherwise.",
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "auth": {"$ref": "#/$defs/auth"},
                "rateLimit": {"$ref": "#/$defs/rateLimit"},
                "timeout": {"$ref": "#/$defs/timeout"},
                "retries": {"$ref": "#/$defs/retries"},
                "bodyLimit": {"$ref": "#/$defs/size", "description": "The largest request body.", "default": "10MiB"},
                "cors": {"$ref": "#/$defs/cors"},
                "websocket": {"$ref": "#/$defs/websocket"},
                "headers": {"$ref": "#/$defs/headers"},
                "allowEncodedSlash": {"description": "Whether %2F and %5C are let through.", "type": "boolean", "default": false},
                "balance": {
                  "description": "How an endpoint is chosen.",
                  "enum": ["p2c", "round-robin", "least-request", "random"],
                  "default": "p2c"
                },
                "breaker": {"$ref": "#/$defs/breaker"},
                "health": {"$ref": "#/$defs/health"},
                "ejection": {"$ref": "#/$defs/ejection"},
                "retryBudget": {"$ref": "#/$defs/retryBudget"},

        """#
}
