// What single operations of a request take: time and allocations, each against its ceiling.
//
//     swift run -c release Benchmarks [part of a name]

import Glibc

var bench = Bench(filter: CommandLine.arguments.dropFirst().first ?? "")
try measureRouting(&bench)
try measureParsing(&bench)
try measureFieldCompression(&bench)
try measureHTTP2(&bench)
measureLimiting(&bench)
try measureTokens(&bench)
try measureTelemetry(&bench)
for promise in bench.broken { print("broken: \(promise)") }
exit(bench.broken.isEmpty ? 0 : 1)
