//! Connections on which more came than was asked for are not used again.
//!
//! ureq looks at the socket before it uses a connection again, not at what it has read already. A server that answers
//! twice would have its second answer taken for that to the next request, which then counts as applied and is not.

use ureq::{
    Error,
    unversioned::transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport},
};

/// Wraps connections so that leftover bytes close them.
#[derive(Debug, Default)]
pub(super) struct NoLeftover;

impl<In: Transport> Connector<In> for NoLeftover {
    type Out = Checked<In>;

    fn connect(&self, _: &ConnectionDetails<'_>, chained: Option<In>) -> Result<Option<Checked<In>>, Error> {
        Ok(chained.map(Checked))
    }
}

/// A connection that is only open while nothing unasked for is there.
#[derive(Debug)]
pub(super) struct Checked<In>(In);

impl<In: Transport> Transport for Checked<In> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.0.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.0.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.0.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.0.buffers().input().is_empty() && self.0.is_open()
    }

    fn is_tls(&self) -> bool {
        self.0.is_tls()
    }
}
