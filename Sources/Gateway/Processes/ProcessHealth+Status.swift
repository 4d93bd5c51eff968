extension ProcessHealth {
    /// What /health and metrics show of a supervised process.
    public init(_ status: ProcessStatus) {
        let note = status.isCrashLooping ? ", in a crash loop" : ""
        self.init(
            instance: status.instance, pid: status.pid.map(Int.init), restarts: status.restarts,
            lastExit: status.lastExit.map { $0 + note }, lastStderr: status.lastErrors)
    }
}

extension ProcessBoard {
    /// What /health and metrics show of a service's processes.
    public func health(of service: String) -> [ProcessHealth] {
        processes(of: service).map(ProcessHealth.init)
    }
}
