"""The client's end of an HTTP/2 connection for the tests' clients: bytes in, events out, without I/O.

It is the `h2` package, an implementation that owes nothing to the gateway and that raises an error for whatever breaks
RFC 9113, but for two things. To `h2` a connection is over once GOAWAY has come; section 6.8 lets the streams up to the
last one go on, so that frame is taken out before `h2` sees it. And what is sent is not checked: tests send what is wrong
on purpose.
"""

import collections
import ssl

import h2.config
import h2.connection

# Room for whatever streams are not read: none of them may hold up its siblings on this side.
CONNECTION_WINDOW = 1 << 28
GOAWAY = 7

GoAway = collections.namedtuple("GoAway", "last_stream_id error_code")


def context(authority):
    """TLS that offers HTTP/2 only and trusts this authority."""
    made = ssl.create_default_context(cafile=authority)
    made.set_alpn_protocols(["h2"])
    return made


class Session:
    def __init__(self):
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(
            header_encoding="utf-8", validate_outbound_headers=False, normalize_outbound_headers=False))
        self.h2.initiate_connection()
        self.h2.increment_flow_control_window(CONNECTION_WINDOW)
        self.unread = bytearray()
        self.waiting = {}

    def receive(self, data):
        """Takes in what came from the peer; returns the events."""
        self.unread += data
        events = []
        while len(self.unread) >= 9 and len(self.unread) >= (size := 9 + int.from_bytes(self.unread[:3], "big")):
            frame = bytes(self.unread[:size])
            del self.unread[:size]
            if frame[3] == GOAWAY:
                events.append(GoAway(int.from_bytes(frame[9:13], "big") & 0x7FFFFFFF,
                                     int.from_bytes(frame[13:17], "big")))
            else:
                events += self.h2.receive_data(frame)
        self.send_waiting()
        return events

    def send(self, stream, data, is_end):
        """Sends data as the windows allow; the rest waits."""
        rest, _ = self.waiting.get(stream, (b"", False))
        self.waiting[stream] = (memoryview(bytes(rest) + data), is_end)
        self.send_waiting()

    def send_waiting(self):
        for stream, (rest, is_end) in list(self.waiting.items()):
            try:
                while rest:
                    room = min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)
                    if room <= 0:
                        break
                    self.h2.send_data(stream, bytes(rest[:room]))
                    rest = rest[room:]
                if not rest and is_end:
                    self.h2.end_stream(stream)
            except (h2.exceptions.StreamClosedError, h2.exceptions.NoSuchStreamError):
                rest = b""
            if rest:
                self.waiting[stream] = (rest, is_end)
            else:
                del self.waiting[stream]

    def take_output(self):
        """What is to go to the peer."""
        return self.h2.data_to_send()
