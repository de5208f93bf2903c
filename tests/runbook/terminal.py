"""A program on a pseudo-terminal, and somebody who types."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b\][^\x07]*\x07|\x07")


class Terminal:
    """Without cursor movements for programs that ask which terminal it is; `kind="xterm"` is one that has them."""

    def __init__(self, words, environment, folder, kind="dumb"):
        self.unread = ""
        self.seen = ""
        self.raw = ""  # with everything that moves and paints
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            try:
                os.chdir(folder)
                signal.signal(signal.SIGINT, signal.SIG_DFL)
                os.execvpe(str(words[0]), [str(w) for w in words], {**environment, "TERM": kind})
            finally:
                os._exit(127)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 400, 0, 0))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.close(self.fd)  # hangs up
        limit = time.monotonic() + 5
        while self.pid and not os.waitpid(self.pid, os.WNOHANG)[0]:
            # A shell that was just beginning to read may miss the hang-up.
            os.kill(self.pid, signal.SIGHUP if time.monotonic() < limit else signal.SIGKILL)
            time.sleep(0.05)

    def type(self, text):
        os.write(self.fd, text.replace("\n", "\r").encode() + b"\r")

    def interrupt(self):
        os.write(self.fd, b"\x03")

    def read(self, seconds):
        if not select.select([self.fd], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self.fd, 65536)
        except OSError:  # nobody holds the other end any more
            data = b""
        if not data:
            raise EOFError(f"the program is gone; it said:\n{self.seen[-3000:]}")
        # What a terminal answers to "where is the cursor?"
        os.write(self.fd, b"\x1b[1;1R" * data.count(b"\x1b[6n"))
        self.raw += data.decode(errors="replace")
        text = CONTROL.sub("", data.decode(errors="replace").replace("\r", ""))
        self.unread += text
        self.seen += text
        return True

    def expect(self, pattern, seconds=60):
        """What comes up to and with the first match of `pattern`."""
        limit = time.monotonic() + seconds
        while True:
            match = re.search(pattern, self.unread, re.M)
            if match:
                text, self.unread = self.unread[:match.end()], self.unread[match.end():]
                return text
            if time.monotonic() > limit:
                raise AssertionError(f"not within {seconds} s: {pattern!r}; the terminal shows:\n{self.seen[-3000:]}")
            self.read(0.2)

    def wait(self, seconds=60):
        """The exit code of the program, which ends by itself."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.pid = 0
                return os.waitstatus_to_exitcode(status)
            try:
                self.read(0.1)
            except EOFError:
                time.sleep(0.02)
        raise AssertionError(f"does not end; the terminal shows:\n{self.seen[-3000:]}")
