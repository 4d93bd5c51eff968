import Testing

@Suite struct SourceFileTests {
    @Test(
        arguments: [
            ("import A", ["A"]),
            ("internal import A\npublic import B", ["A", "B"]),
            ("@preconcurrency import A", ["A"]),
            ("@_spi(X) public import struct A.Thing", ["A"]),
            ("// import A\n/* import B */ let x = \"import C\"", []),
            ("\"\"\"\nimport A\n\"\"\"\nimport B", ["B"]),
        ] as [(String, [String])])
    func `imports are found in code only`(text: String, modules: [String]) {
        #expect(SourceFile(path: "M/F.swift", text: text).imports.map(\.module) == modules)
    }

    @Test func `lines keep their numbers through comments and literals`() {
        let file = SourceFile(path: "M/F.swift", text: "/* one\ntwo */\n\"\"\"\nunsafe\n\"\"\"\nunsafe f(\"unsafe\")\n")
        #expect(file.occurrences(of: /\bunsafe\b/, with: "unsafe") == ["M/F.swift:6"])
        #expect(file.lineCount == 6)
    }

    @Test func `an escaped quote does not end a literal`() {
        let file = SourceFile(path: "M/F.swift", text: #"let x = "a\" unsafe " ; let y = "\\" ; unsafe z()"#)
        #expect(SourceFile.stripped(#""a\"b"c"#) == "c")
        #expect(file.occurrences(of: /\bunsafe\b/, with: "unsafe").count == 1)
    }

    @Test func `the table is read from the manifest's text`() {
        let table = LayerTable(manifest: Repository.manifest)
        #expect(table.rows.count >= 15)
        #expect(table.systemLibraries == ["CLinux", "COpenSSL", "CSQLite"])
        #expect(table.imports(allowedFor: "HTTP") == ["Bytes"])
        #expect(table.imports(allowedFor: "GatewayMain") == ["Commands"])
    }
}
