import Glibc
import Testing

@testable import Gateway

@Suite struct ProcessEnvironmentTests {
    @Test func `variables are those of the process`() {
        #expect(ConfigurationEnvironment.process.variable("PATH") == String(cString: getenv("PATH")))
        #expect(ConfigurationEnvironment.process.variable("GATEWAY_SURELY_NOT_SET") == nil)
    }

    @Test func `a file is read whole`() throws {
        let text = try ConfigurationEnvironment.process.readFile(#filePath).get()
        #expect(String(decoding: text, as: UTF8.self).hasSuffix("// The last line of this file.\n"))
    }

    @Test(arguments: [
        ("/nowhere/at/all", "No such file or directory"), ("/", "Is a directory"),
        ("/dev/null", "Not a regular file"), ("a\0b", "the path contains a NUL"), ("", "No such file or directory"),
    ])
    func `what cannot be read says why`(path: String, reason: String) {
        #expect(ConfigurationEnvironment.process.readFile(path) == .failure(.init(reason: reason)))
    }
}

// The last line of this file.
