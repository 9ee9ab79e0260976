use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;

use super::instance::{Direction, Instance};
use crate::Error;

/// An instance with more memory is given up, as WebAssembly memories never shrink.
const LARGE_MEMORY: usize = 16 * 1024 * 1024;

/// Instances for one message type. Each conversion has one for itself; no more are kept
/// for the next ones than there are processors.
pub(crate) struct Pool {
    message: String,
    table: Option<Arc<[u8]>>,
    idle: Mutex<Vec<Instance>>,
    most_idle: usize,
}

impl Pool {
    pub(crate) fn new(message: String, table: Option<Arc<[u8]>>) -> Result<Self, Error> {
        let first = Instance::new(&message, table.as_deref())?;
        Ok(Self {
            message,
            table,
            idle: Mutex::new(vec![first]),
            most_idle: available_parallelism().map_or(1, usize::from),
        })
    }

    pub(crate) fn convert(
        &self,
        direction: Direction,
        input: &[u8],
        max_depth: u32,
        refused: u32,
    ) -> Result<Vec<u8>, Error> {
        let waiting = self.idle().pop();
        let mut instance = match waiting {
            Some(instance) => instance,
            None => Instance::new(&self.message, self.table.as_deref())?,
        };
        let result = instance.convert(direction, input, max_depth, refused);
        // After any other error, an instance may be in any state.
        let is_sound = matches!(result, Ok(_) | Err(Error::Refused(_)));
        if is_sound && instance.memory_size() <= LARGE_MEMORY {
            let mut idle = self.idle();
            if idle.len() < self.most_idle {
                idle.push(instance);
            }
        }
        result
    }

    pub(crate) fn memory_size(&self) -> usize {
        self.idle().iter().map(Instance::memory_size).sum()
    }

    /// A thread that panicked cannot have left the list in a bad state.
    fn idle(&self) -> MutexGuard<'_, Vec<Instance>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pool")
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}
