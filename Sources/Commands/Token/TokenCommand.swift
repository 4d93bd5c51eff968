import CLI
import Gateway
import JWT
import Telemetry

/// `gateway token`: mints a token that the gateway accepts, for trying things.
enum TokenCommand {
    static func run(_ invocation: Invocation, in context: CommandContext) -> CommandOutcome {
        let file = invocation.value("config") ?? CommandContext.defaultFile
        let ttl = invocation.value("ttl") ?? "1h"
        guard let lifetime = TokenLifetime(ttl) else {
            return .usage("--ttl must be from 1s to 365d, such as 90s, 15m, 1h or 7d, not \"\(ttl)\"", in: context)
        }
        do throws(CommandFailure) {
            let configuration = try context.load(file)
            let (profile, secret) = try choose(invocation.value("profile"), of: configuration, in: context)
            let signer = try signer(profile, secret, in: context)
            var claims = TokenClaims(subject: invocation.value("sub"), expiry: context.now + lifetime.seconds)
            claims.issuer = profile.issuer
            claims.audiences = Array(profile.audiences.prefix(1))
            claims.issuedAt = context.now
            claims.roles = invocation.list("role")
            claims.scopes = invocation.list("scope")
            let token: [UInt8]
            do { token = try signer.sign(claims) } catch {
                throw CommandFailure(outcome: .failure("the token cannot be signed: \(error.reason)", in: context))
            }
            guard token.count <= profile.maximumTokenSize else {
                throw CommandFailure(
                    outcome: .failure("the token would be larger than jwt.\(profile.name) accepts", in: context))
            }
            return CommandOutcome(output: String(decoding: token, as: UTF8.self) + "\n")
        } catch {
            return error.outcome
        }
    }

    /// The profile of this name, or the first with a secret.
    private static func choose(
        _ name: String?, of configuration: Configuration, in context: CommandContext
    ) throws(CommandFailure) -> (TokenProfile, Secret) {
        let profiles = configuration.tokenProfiles
        if let name, !profiles.contains(where: { $0.name == name }) {
            let known = profiles.map(\.name).joined(separator: ", ")
            let hint = known.isEmpty ? "the file configures none" : "the file has \(known)"
            throw CommandFailure(outcome: .failure("unknown token profile \"\(name)\"; \(hint)", in: context))
        }
        for profile in profiles where name == nil || profile.name == name {
            if case .secret(let secret) = profile.key { return (profile, secret) }
        }
        let reason =
            profiles.isEmpty
            ? "\(configuration.source) configures no \"jwt\""
            : "jwt.\(name ?? profiles[0].name) has public keys only: tokens are minted by whoever holds the private key"
        throw CommandFailure(outcome: .failure("no token can be minted: \(reason)", in: context))
    }

    private static func signer(
        _ profile: TokenProfile, _ secret: Secret, in context: CommandContext
    ) throws(CommandFailure) -> TokenSigner {
        for name in profile.algorithms {
            guard let algorithm = Algorithm(name.rawValue), algorithm.macHash != nil else { continue }
            if let signer = try? TokenSigner(secret: secret.bytes, algorithm: algorithm) { return signer }
        }
        throw CommandFailure(
            outcome: .failure("the secret of jwt.\(profile.name) fits none of its algorithms", in: context))
    }
}
