import FuzzTargets
import Testing

/// Every input of the corpus, and every one that was ever found to break something, through the target that it is for.
@Suite struct CorpusTests {
    @Test(arguments: FuzzTarget.all.map(\.name))
    func `every input of the corpus has the properties of its target`(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        let inputs = try Inputs.files(in: "Corpus", of: name)
        #expect(inputs.count >= 5, "the corpus of \(name) is missing")
        for input in inputs {
            #expect(throws: Never.self, "Fuzz/Corpus/\(name)/\(input.name)") { try target.check(input.bytes.span) }
        }
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func `what once broke a target breaks it no more`(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        for input in try Inputs.files(in: "Crashers", of: name) {
            #expect(throws: Never.self, "Fuzz/Crashers/\(name)/\(input.name)") { try target.check(input.bytes.span) }
        }
    }

    @Test(arguments: ["Corpus", "Crashers"])
    func `every folder of inputs is that of a target`(folder: String) throws {
        let names = Set(FuzzTarget.all.map(\.name))
        for name in try Inputs.folders(in: folder) { #expect(names.contains(name), "Fuzz/\(folder)/\(name)") }
    }

    @Test(arguments: FuzzTarget.all.map(\.name))
    func `inputs that are cut short or spoilt have the properties too`(name: String) throws {
        let target = try #require(FuzzTarget.all.first { $0.name == name })
        var random = SeededGenerator(state: 1)
        for input in try Inputs.files(in: "Corpus", of: name) {
            var bytes = Array(input.bytes.prefix(Int.random(in: 0...input.bytes.count, using: &random)))
            #expect(throws: Never.self, "\(input.name) of \(name), cut to \(bytes.count)") {
                try target.check(bytes.span)
            }
            bytes = input.bytes
            guard !bytes.isEmpty else { continue }
            let place = Int.random(in: 0..<bytes.count, using: &random)
            bytes[place] = UInt8.random(in: 0...255, using: &random)
            #expect(throws: Never.self, "\(input.name) of \(name), with \(bytes[place]) at \(place)") {
                try target.check(bytes.span)
            }
        }
    }
}

/// A generator that draws the same numbers in every run (SplitMix64).
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
