// swift-tools-version: 6.2
import PackageDescription

/// One set of rules for every target: Swift 6, strict memory safety, warnings are errors.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// Tests may touch memory as they like, and hold to the other rules.
let testSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableExperimentalFeature("Lifetimes"),
]

/// Releases carry the Swift runtime in themselves: they run where no Swift is installed, and calls into the runtime are
/// direct instead of through tables.
let releaseLinking: [LinkerSetting] = [.unsafeFlags(["-static-stdlib"], .when(configuration: .release))]

/// The layers, lowest first: a module may import what its row names and nothing else of ours.
/// `Tests/LayerTests` reads this table and fails when a source file disagrees.
let layers: [(name: String, imports: [String])] = [
    ("Bytes", []),
    ("Policy", []),
    ("CLI", ["Bytes"]),
    ("Telemetry", ["Bytes"]),
    ("HTTP", ["Bytes"]),
    ("Reactor", ["CLinux", "Bytes", "Telemetry"]),
    ("Crypto", ["COpenSSL", "Bytes"]),
    ("TLS", ["COpenSSL", "Crypto", "Bytes"]),
    ("JWT", ["Crypto", "Bytes"]),
    ("SQLite", ["CSQLite", "Bytes"]),
    ("Transport", ["Reactor", "TLS", "HTTP", "Telemetry", "Bytes"]),
    ("Gateway", ["Transport", "Reactor", "TLS", "HTTP", "Telemetry", "JWT", "Crypto", "Policy", "Bytes"]),
    (
        "ServiceKit",
        ["Transport", "Reactor", "TLS", "HTTP", "Telemetry", "JWT", "SQLite", "Crypto", "Policy", "Bytes"]
    ),
    (
        "Shop",
        [
            "ServiceKit", "SQLite", "Crypto", "JWT", "HTTP", "Telemetry", "Bytes", "Transport", "Reactor", "Policy",
            "CLI",
        ]
    ),
    ("Commands", ["Gateway", "Transport", "Reactor", "TLS", "HTTP", "Telemetry", "JWT", "Crypto", "Bytes", "CLI"]),
]

let libraries: [Target] = layers.map { layer in
    .target(name: layer.name, dependencies: layer.imports.map { .byName(name: $0) }, swiftSettings: settings)
}

let systemLibraries: [Target] = [
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
]

let executables: [Target] = [
    .executableTarget(
        name: "GatewayMain", dependencies: ["Commands"], swiftSettings: settings, linkerSettings: releaseLinking),
    .executableTarget(
        name: "ShopMain", dependencies: ["Shop"], swiftSettings: settings, linkerSettings: releaseLinking),
]

/// Measurements of single operations, for `make bench-micro`; not products.
let benchmarks: [Target] = [
    .target(name: "Allocations", path: "Benchmarks/Allocations"),
    .executableTarget(
        name: "Benchmarks",
        dependencies: ["Allocations", "Gateway", "HTTP", "Policy", "JWT", "Crypto", "Telemetry", "Bytes"],
        path: "Benchmarks/Micro", swiftSettings: testSettings),
]

/// Properties that hold for any bytes: tests replay the corpus and all crashers through them, the fuzzer looks for more.
let fuzzing: [Target] = [
    .target(
        name: "FuzzTargets", dependencies: ["Gateway", "JWT", "Crypto", "HTTP", "Bytes"], path: "Fuzz/Targets",
        swiftSettings: testSettings),
    .testTarget(name: "FuzzTests", dependencies: ["FuzzTargets"], swiftSettings: testSettings),
]

/// The fuzzer links only against the runtime that `-sanitize=fuzzer` brings, so it is there only when `scripts/fuzz.sh`
/// asks for it.
let fuzzer: [Target] =
    Context.environment["FUZZ"] == nil
    ? []
    : [
        .systemLibrary(name: "CLibFuzzer", path: "Fuzz/CLibFuzzer"),
        .executableTarget(
            name: "Fuzz", dependencies: ["FuzzTargets", "CLibFuzzer"], path: "Fuzz/Main", swiftSettings: testSettings),
    ]

let tested = [
    "Bytes", "Policy", "CLI", "Telemetry", "HTTP", "Reactor", "Crypto", "TLS", "JWT", "SQLite", "Transport", "Gateway",
    "ServiceKit", "Shop", "Commands",
]

let tests: [Target] =
    tested.map { name in
        let own = layers.first { $0.name == name }!
        return .testTarget(
            name: name + "Tests",
            dependencies: ([name] + own.imports).map { .byName(name: $0) },
            swiftSettings: testSettings)
    } + [
        .testTarget(name: "LayerTests", swiftSettings: testSettings),
        .testTarget(
            name: "BlackBoxTests", dependencies: ["GatewayMain", "ShopMain"], exclude: ["Support"],
            swiftSettings: testSettings),
    ]

let package = Package(
    name: "gateway",
    products: [
        .executable(name: "gateway", targets: ["GatewayMain"]),
        .executable(name: "shop", targets: ["ShopMain"]),
    ],
    targets: systemLibraries + libraries + executables + benchmarks + fuzzing + fuzzer + tests
)
