/// What the connection knows of one stream.
struct H2Stream {
    let id: UInt32
    var state: StreamState
    var sendWindow: FlowWindow
    var receiveWindow: ReceiveWindow
    /// Bytes of data that the owner has and has not used up.
    var unconsumed = 0
    var length = ContentLengthVerifier()
    var priority = Priority()
    /// Client: whether the final response head came.
    var hasResponse = false
    /// Client: whether the response describes a body that it does not have.
    var isBodiless = false

    init(id: UInt32, state: StreamState, sendWindow: Int, receiveWindow: Int) {
        self.id = id
        self.state = state
        self.sendWindow = FlowWindow(sendWindow)
        self.receiveWindow = ReceiveWindow(receiveWindow)
    }

    /// In the place of a stream that was forgotten.
    static var none: H2Stream { H2Stream(id: 0, state: .closed, sendWindow: 0, receiveWindow: 0) }
}
