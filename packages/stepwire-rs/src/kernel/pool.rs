use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, TryLockError};
use std::thread::available_parallelism;

use super::engine::Program;
use super::instance::Instance;
use crate::Error;

/// An instance with more memory is given up, as WebAssembly memories never shrink.
const LARGE_MEMORY: usize = 16 * 1024 * 1024;

/// Instances for one message type, in as many slots as there are processors. A call holds one slot, and
/// never waits: each thread begins at a slot of its own, so the first is nearly always free.
pub(crate) struct Pool {
    message: String,
    table: Option<Arc<[u8]>>,
    slots: Vec<Slot>,
}

/// Alone in its cache lines, because another thread uses the next slot.
#[repr(align(128))]
struct Slot(Mutex<Option<Instance>>);

impl Pool {
    pub(crate) fn new(message: &str, table: Option<Arc<[u8]>>) -> Result<Self, Error> {
        let count = available_parallelism().map_or(1, usize::from);
        let mut pool = Self {
            message: message.into(),
            table,
            slots: Vec::new(),
        };
        let first = thread_number() % count;
        let instance = pool.instance()?;
        pool.slots.resize_with(count, || Slot(Mutex::new(None)));
        pool.slots[first] = Slot(Mutex::new(Some(instance)));
        Ok(pool)
    }

    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Calls a function with an instance. What it returns must say whether the instance can be used
    /// again: not after an error other than a refusal.
    #[inline]
    pub(crate) fn with<R>(
        &self,
        run: impl FnOnce(&mut Instance) -> Result<R, Error>,
    ) -> Result<R, Error> {
        let Some(mut slot) = self.free_slot() else {
            return run(&mut self.instance()?);
        };
        let instance = match &mut *slot {
            Some(instance) => instance,
            empty => empty.insert(self.instance()?),
        };
        let result = run(instance);
        let is_sound = matches!(result, Ok(_) | Err(Error::Refused(_)));
        if !is_sound || instance.memory_size() > LARGE_MEMORY {
            *slot = None;
        }
        result
    }

    #[inline]
    fn free_slot(&self) -> Option<MutexGuard<'_, Option<Instance>>> {
        let count = self.slots.len();
        let first = thread_number();
        (0..count).find_map(|turn| {
            let Slot(slot) = &self.slots[(first + turn) % count];
            match slot.try_lock() {
                Ok(guard) => Some(guard),
                Err(TryLockError::WouldBlock) => None,
                Err(TryLockError::Poisoned(guard)) => {
                    // A thread panicked in the middle of a call.
                    let mut guard = guard.into_inner();
                    *guard = None;
                    slot.clear_poison();
                    Some(guard)
                }
            }
        })
    }

    /// Returns a new instance.
    #[cold]
    fn instance(&self) -> Result<Instance, Error> {
        let mut instance = Instance::new(Program::Documents)?;
        instance.select(&self.message, self.table.as_deref())?;
        Ok(instance)
    }

    /// The memory of the instances that are idle now.
    pub(crate) fn memory_size(&self) -> usize {
        let sizes = self.slots.iter().filter_map(|Slot(slot)| {
            let instance = slot.try_lock().ok()?;
            instance.as_ref().map(Instance::memory_size)
        });
        sizes.sum()
    }
}

/// A number for each thread, counted from 0.
#[inline]
fn thread_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: usize = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    // After the end of the thread's storage, any number will do.
    NUMBER.try_with(|number| *number).unwrap_or(0)
}

impl fmt::Debug for Pool {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Pool")
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}
