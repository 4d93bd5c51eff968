#!/bin/sh
# Copies docs/routes.schema.json into the sources of `gateway schema`, so that an installed gateway has it.
set -eu
cd "$(dirname "$0")/.."
folder=Sources/Commands/Schema
rm -f "$folder"/RoutesSchema+Part*.swift
awk -v folder="$folder" '
    function open() {
        part++
        file = folder "/RoutesSchema+Part" part ".swift"
        print "// Made by scripts/embed-schema.sh from docs/routes.schema.json.\n" > file
        print "// swift-format-ignore-file\n" > file
        print "extension RoutesSchema {\n    static let part" part " = #\"\"\"" > file
    }
    function finish() { print "\n        \"\"\"#\n}" > file; close(file) }
    NR % 350 == 1 { if (part) finish(); open() }
    { print ($0 == "" ? "" : "        " $0) > file }
    END {
        finish()
        list = "part1"
        for (i = 2; i <= part; i++) list = list " + part" i
        file = folder "/RoutesSchema.swift"
        print "// Made by scripts/embed-schema.sh from docs/routes.schema.json.\n" > file
        print "/// The JSON Schema of routes.json, the same as docs/routes.schema.json." > file
        print "enum RoutesSchema {\n    static let text = " list "\n}" > file
    }
' docs/routes.schema.json
