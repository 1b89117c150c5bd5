//! What a connection does beside what ureq's does.

use std::mem;

use ureq::{
    Error,
    unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport},
};

/// Wraps connections.
#[derive(Debug, Default)]
pub(super) struct Wrap;

impl<In: Transport> Connector<In> for Wrap {
    type Out = Connection<In>;

    fn connect(
        &self,
        _: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Connection<In>>, Error> {
        Ok(chained.map(|inner| Connection { inner, held: Vec::new() }))
    }
}

/// A connection that writes a small request at once, and that is not used again after more came than was asked for.
///
/// ureq writes the head of a request, then its body: two calls of the system, and often two packets, where one does
/// (a fifth of what sending a conversation to a server on loopback takes). So the head waits for what comes next.
///
/// And ureq looks at the socket before it uses a connection again, not at what it has read already. A server that
/// answers twice would have its second answer taken for that to the next request, which then counts as applied and
/// is not.
#[derive(Debug)]
pub(super) struct Connection<In> {
    inner: In,
    /// What is to be written before anything else.
    held: Vec<u8>,
}

/// Bytes that are held back at most.
const HELD: usize = 16 << 10;

impl<In: Transport> Connection<In> {
    /// Writes what is held.
    fn flush(&mut self, timeout: NextTimeout) -> Result<(), Error> {
        let mut held = mem::take(&mut self.held);
        let mut rest = held.as_slice();
        while !rest.is_empty() {
            let output = self.inner.buffers().output();
            let amount = rest.len().min(output.len());
            let (Some((now, later)), Some(room)) = (rest.split_at_checked(amount), output.get_mut(..amount))
            else {
                break;
            };
            room.copy_from_slice(now);
            self.inner.transmit_output(amount, timeout)?;
            rest = later;
        }
        held.clear();
        self.held = held;
        Ok(())
    }
}

impl<In: Transport> Transport for Connection<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let is_first = self.held.is_empty();
        if is_first && amount > HELD {
            return self.inner.transmit_output(amount, timeout);
        }
        self.held.extend_from_slice(self.inner.buffers().output().get(..amount).unwrap_or_default());
        if is_first { Ok(()) } else { self.flush(timeout) }
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.flush(timeout)?;
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.held.is_empty() && self.inner.buffers().input().is_empty() && self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}
