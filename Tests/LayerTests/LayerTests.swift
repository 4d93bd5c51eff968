import Testing

/// The rules that no compiler checks, read off the sources.
@Suite struct LayerTests {
    let table = LayerTable(manifest: Repository.manifest)

    @Test func `the table of layers names every folder of Sources, and nothing else`() {
        let folders = Set(Repository.sources.map(\.module))
        #expect(folders.isSubset(of: table.modules))
        #expect(folders == table.modules.subtracting(table.systemLibraries))
    }

    @Test func `the table is ordered: a layer names only layers above it in the table`() {
        var below = table.systemLibraries
        for row in table.rows {
            #expect(below.isSuperset(of: row.imports), "\(row.name) names a layer that is not beneath it")
            below.insert(row.name)
        }
    }

    @Test func `a module imports what its layer may, and nothing else of ours`() throws {
        for file in Repository.sources {
            let allowed = try #require(table.imports(allowedFor: file.module), "\(file.path) belongs to no layer")
            for (line, module) in file.imports where table.modules.contains(module) {
                #expect(allowed.contains(module), "Sources/\(file.path):\(line) may not import \(module)")
            }
        }
    }

    @Test func `no module imports the whole of Foundation, and the request path none of it`() {
        let requestPath: Set = ["Bytes", "HTTP", "Policy", "Reactor", "TLS", "Transport"]
        for file in Repository.sources {
            for (line, module) in file.imports {
                #expect(module != "Foundation", "Sources/\(file.path):\(line) imports Foundation")
                if requestPath.contains(file.module) {
                    #expect(
                        module != "FoundationEssentials", "Sources/\(file.path):\(line) imports FoundationEssentials")
                }
            }
        }
    }

    @Test func `no file is longer than 400 lines`() {
        for file in Repository.sources {
            #expect(file.lineCount <= 400, "Sources/\(file.path) has \(file.lineCount) lines")
        }
    }

    @Test func `unsafe code stays in Unsafe folders and in Syscalls swift`() {
        for file in Repository.sources
        where !file.path.contains("/Unsafe/") && !file.path.hasSuffix("/Syscalls.swift") {
            let places = file.occurrences(of: /\bunsafe\b/, with: "unsafe")
            #expect(places.isEmpty, "unsafe in \(places.joined(separator: ", "))")
        }
    }

    @Test func `nothing on the request path leaves its event loop`() {
        for file in Repository.sources where ["Reactor", "Transport", "Gateway"].contains(file.module) {
            let places = file.occurrences(
                of: /\bTask\s*\.\s*(?:sleep|detached)\b|\bTask(?:\.immediate)?\s*\{/, with: "Task")
            #expect(places.isEmpty, "a task without the loop's executor in \(places.joined(separator: ", "))")
        }
    }
}
