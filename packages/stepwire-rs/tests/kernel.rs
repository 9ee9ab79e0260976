//! The host of the modules: what happens after one of them has failed, and the size of its input.

use stepwire::Error;
use stepwire::kernel::{Function, Instance, Program};

const MESSAGE: &str = "stepwire.v1.Document";
const EVENTS: &str = "stepwire.v1.StreamEvent";

#[test]
fn an_instance_that_has_failed_is_not_used_again() {
    let cases = [
        (Program::Accumulate, EVENTS, Function::SetNames),
        (Program::Columns, MESSAGE, Function::Convert),
    ];
    for (program, message, function) in cases {
        let mut instance = Instance::new(program).unwrap();
        instance.select(message, None).unwrap();
        // An input that it does not have.
        let failure = instance.call(function, &[u32::MAX / 2]);
        assert!(
            matches!(failure, Err(Error::Kernel(_))),
            "{program:?}: {failure:?}"
        );
        let expected = Error::Kernel("an earlier call failed".into());
        assert_eq!(instance.reserve(1).unwrap_err(), expected);
        assert_eq!(instance.select(message, None).unwrap_err(), expected);
        assert_eq!(instance.call(function, &[0]).unwrap_err(), expected);
    }
}

#[test]
fn an_input_has_room_if_more_than_it_has_not() {
    let mut instance = Instance::new(Program::Columns).unwrap();
    let most = 512 * 1024 * 1024;
    assert_eq!(instance.reserve(most + 1).unwrap_err(), Error::OutOfMemory);
    let size = most / 8 * 7;
    assert_eq!(instance.reserve(size).unwrap().len(), size);
}
