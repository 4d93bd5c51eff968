// Runs libFuzzer over one of the targets; `scripts/fuzz.sh` builds and calls it.
//
//     Fuzz --target=NAME [options and folders of libFuzzer]
//     Fuzz --list

import CLibFuzzer
import FuzzTargets
import Glibc

let option = "--target="
let names = CommandLine.arguments.filter { $0.hasPrefix(option) }.map { $0.dropFirst(option.count) }
if CommandLine.arguments.contains("--list") {
    for target in FuzzTarget.all { print(target.name) }
} else {
    guard let chosen = FuzzTarget.all.first(where: { target in names.contains { $0 == target.name } }) else {
        print("usage: Fuzz --target=NAME, which is one of \(FuzzTarget.all.map(\.name).joined(separator: ", "))")
        exit(1)
    }
    FuzzRun.target = chosen
    // libFuzzer passes over options with two dashes, and keeps them for the processes that it starts.
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>! = CommandLine.unsafeArgv
    let status = LLVMFuzzerRunDriver(&count, &arguments) { bytes, count in
        FuzzRun.check(Span(_unsafeElements: UnsafeBufferPointer(start: bytes, count: count)))
        return 0
    }
    exit(status)
}
