import Policy

/// Times as tests write them.
func seconds(_ count: Double) -> Nanoseconds { Nanoseconds(count * 1e9) }
