//! The native library of the Java package: instances of the kernel behind JNI. The methods are those
//! of the class `NativeInstance`; everything above them is in Java, for both engines.

#![allow(non_snake_case)]

use std::ffi::{CStr, CString};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::null_mut;

use jni_sys::{JNIEnv, jboolean, jbyte, jbyteArray, jclass, jint, jintArray, jlong, jobject};
use stepwire::Error;
use stepwire::kernel::{Function, Instance, Program};

const KERNEL_EXCEPTION: &CStr = c"io/github/stepwire/KernelException";
const ILLEGAL_ARGUMENT: &CStr = c"java/lang/IllegalArgumentException";

/// What a method throws.
enum Failure {
    /// A `KernelException` with this text.
    Kernel(String),
    /// An `IllegalArgumentException` with this text.
    Argument(String),
    /// The virtual machine has thrown something already.
    Thrown,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Kernel(error.to_string())
    }
}

/// The functions of the virtual machine, for the current thread.
#[derive(Clone, Copy)]
struct Machine(*mut JNIEnv);

impl Machine {
    /// Runs a method. What it fails with, or a panic, is thrown as a Java exception; then the
    /// result is the one given.
    fn run<R>(self, otherwise: R, method: impl FnOnce() -> Result<R, Failure>) -> R {
        match catch_unwind(AssertUnwindSafe(method)) {
            Ok(Ok(result)) => return result,
            Ok(Err(Failure::Thrown)) => {}
            Ok(Err(Failure::Kernel(text))) => self.throw(KERNEL_EXCEPTION, &text),
            Ok(Err(Failure::Argument(text))) => self.throw(ILLEGAL_ARGUMENT, &text),
            Err(_) => self.throw(KERNEL_EXCEPTION, "the native library panicked"),
        }
        otherwise
    }

    fn throw(self, class: &CStr, text: &str) {
        let text = CString::new(text).unwrap_or_default();
        unsafe {
            let functions = &(**self.0).v1_1;
            let class = (functions.FindClass)(self.0, class.as_ptr());
            if !class.is_null() {
                (functions.ThrowNew)(self.0, class, text.as_ptr());
            }
        }
    }

    fn has_thrown(self) -> bool {
        unsafe { ((**self.0).v1_2.ExceptionCheck)(self.0) }
    }

    /// Copies a part of an array to the place. The virtual machine checks the bounds of the array.
    fn copy_from(self, array: jbyteArray, from: jint, place: &mut [u8]) -> Result<(), Failure> {
        let size = to_jint(place.len())?;
        let bytes = place.as_mut_ptr().cast::<jbyte>();
        unsafe { ((**self.0).v1_1.GetByteArrayRegion)(self.0, array, from, size, bytes) };
        if self.has_thrown() {
            Err(Failure::Thrown)
        } else {
            Ok(())
        }
    }

    /// Copies bytes to a part of an array.
    fn copy_to(self, array: jbyteArray, at: jint, bytes: &[u8]) -> Result<(), Failure> {
        let size = to_jint(bytes.len())?;
        let bytes = bytes.as_ptr().cast::<jbyte>();
        unsafe { ((**self.0).v1_1.SetByteArrayRegion)(self.0, array, at, size, bytes) };
        if self.has_thrown() {
            Err(Failure::Thrown)
        } else {
            Ok(())
        }
    }

    /// Returns a copy of an array.
    fn bytes(self, array: jbyteArray) -> Result<Vec<u8>, Failure> {
        let size = unsafe { ((**self.0).v1_1.GetArrayLength)(self.0, array) };
        let mut bytes = vec![0; to_size(size)?];
        self.copy_from(array, 0, &mut bytes)?;
        Ok(bytes)
    }

    /// Copies the numbers of an array to the start of the room, and returns them.
    fn integers<'a>(self, array: jintArray, room: &'a mut [u32]) -> Result<&'a [u32], Failure> {
        let size = unsafe { ((**self.0).v1_1.GetArrayLength)(self.0, array) };
        let Some(place) = room.get_mut(..to_size(size)?) else {
            return Err(Failure::Kernel("there are too many arguments".into()));
        };
        let first = place.as_mut_ptr().cast::<jint>();
        unsafe { ((**self.0).v1_1.GetIntArrayRegion)(self.0, array, 0, size, first) };
        Ok(place)
    }

    /// Returns a new array with these bytes.
    fn new_array(self, bytes: &[u8]) -> Result<jbyteArray, Failure> {
        let size = to_jint(bytes.len())?;
        let array = unsafe { ((**self.0).v1_1.NewByteArray)(self.0, size) };
        if array.is_null() {
            return Err(Failure::Thrown);
        }
        unsafe {
            ((**self.0).v1_1.SetByteArrayRegion)(self.0, array, 0, size, bytes.as_ptr().cast())
        };
        Ok(array)
    }
}

fn to_jint(size: usize) -> Result<jint, Failure> {
    jint::try_from(size).map_err(|_| Failure::Kernel("the size is beyond that of arrays".into()))
}

/// The functions, in the order of the enum `Function` of Java.
const FUNCTIONS: &[Function] = &[
    Function::ToBinary,
    Function::ToJson,
    Function::PackLines,
    Function::UnpackLines,
    Function::PackEvents,
    Function::UnpackEvents,
    Function::Explain,
    Function::SetLimit,
    Function::SetNames,
    Function::KeepObject,
    Function::Apply,
    Function::ApplyAll,
    Function::Ended,
    Function::ObjectCount,
    Function::ObjectAt,
    Function::Find,
    Function::Snapshot,
    Function::ObjectType,
    Function::ObjectId,
    Function::Remove,
    Function::Size,
];

/// The modules, in the order of the enum `Program` of Java.
const PROGRAMS: &[Program] = &[Program::Documents, Program::Accumulate];

/// The most parameters of a function.
const MOST_PARAMETERS: usize = 5;

/// Returns an element by an ordinal of Java.
fn by_ordinal<T: Copy>(elements: &[T], ordinal: jint) -> Result<T, Failure> {
    let index = usize::try_from(ordinal).ok();
    let element = index.and_then(|index| elements.get(index));
    element.copied().ok_or_else(|| {
        Failure::Kernel("the native library is of another version than the package".into())
    })
}

fn to_size(size: jint) -> Result<usize, Failure> {
    usize::try_from(size).map_err(|_| Failure::Kernel("the size is negative".into()))
}

/// The instance of a handle.
///
/// # Safety
///
/// The handle is one of `open`, not released, and no other thread uses it. `NativeInstance` makes sure
/// of it.
unsafe fn instance<'a>(handle: jlong) -> &'a mut Instance {
    unsafe { &mut *(handle as *mut Instance) }
}

#[unsafe(no_mangle)]
extern "system" fn Java_io_github_stepwire_NativeInstance_open(
    env: *mut JNIEnv,
    _: jclass,
    program: jint,
) -> jlong {
    Machine(env).run(0, || {
        let instance = Instance::new(by_ordinal(PROGRAMS, program)?)?;
        Ok(Box::into_raw(Box::new(instance)) as jlong)
    })
}

#[unsafe(no_mangle)]
unsafe extern "system" fn Java_io_github_stepwire_NativeInstance_release(
    env: *mut JNIEnv,
    _: jclass,
    handle: jlong,
) {
    Machine(env).run((), || {
        drop(unsafe { Box::from_raw(handle as *mut Instance) });
        Ok(())
    });
}

/// Returns whether the message exists.
#[unsafe(no_mangle)]
unsafe extern "system" fn Java_io_github_stepwire_NativeInstance_select(
    env: *mut JNIEnv,
    _: jobject,
    handle: jlong,
    message: jbyteArray,
    table: jbyteArray,
) -> jboolean {
    let machine = Machine(env);
    machine.run(false, || {
        let message = machine.bytes(message)?;
        let message = String::from_utf8_lossy(&message);
        let table = if table.is_null() {
            None
        } else {
            Some(machine.bytes(table)?)
        };
        match unsafe { instance(handle) }.select(&message, table.as_deref()) {
            Err(Error::UnknownMessage(_)) => Ok(false),
            Err(error @ Error::InvalidTable(_)) => Err(Failure::Argument(error.to_string())),
            result => Ok(result.map(|()| true)?),
        }
    })
}

#[unsafe(no_mangle)]
unsafe extern "system" fn Java_io_github_stepwire_NativeInstance_call(
    env: *mut JNIEnv,
    _: jobject,
    handle: jlong,
    function: jint,
    arguments: jintArray,
) -> jint {
    let machine = Machine(env);
    machine.run(0, || {
        let function = by_ordinal(FUNCTIONS, function)?;
        let mut room = [0; MOST_PARAMETERS];
        let arguments = machine.integers(arguments, &mut room)?;
        Ok(unsafe { instance(handle) }.call(function, arguments)?)
    })
}

#[unsafe(no_mangle)]
unsafe extern "system" fn Java_io_github_stepwire_NativeInstance_load(
    env: *mut JNIEnv,
    _: jobject,
    handle: jlong,
    input: jbyteArray,
    from: jint,
    size: jint,
) {
    let machine = Machine(env);
    machine.run((), || {
        let place = unsafe { instance(handle) }.reserve(to_size(size)?)?;
        machine.copy_from(input, from, place)
    });
}

/// Converts a document in one call. Returns null if it was refused.
#[unsafe(no_mangle)]
unsafe extern "system" fn Java_io_github_stepwire_NativeInstance_convert(
    env: *mut JNIEnv,
    _: jobject,
    handle: jlong,
    function: jint,
    input: jbyteArray,
    size: jint,
    max_depth: jint,
    refused: jint,
) -> jbyteArray {
    let machine = Machine(env);
    machine.run(null_mut(), || {
        let instance = unsafe { instance(handle) };
        machine.copy_from(input, 0, instance.reserve(to_size(size)?)?)?;
        let arguments = [size, max_depth, refused].map(jint::cast_unsigned);
        let size = instance.call(by_ordinal(FUNCTIONS, function)?, &arguments)?;
        match usize::try_from(size) {
            Ok(size) => machine.new_array(instance.output(size)?),
            Err(_) => Ok(null_mut()),
        }
    })
}

#[unsafe(no_mangle)]
unsafe extern "system" fn Java_io_github_stepwire_NativeInstance_output(
    env: *mut JNIEnv,
    _: jobject,
    handle: jlong,
    target: jbyteArray,
    at: jint,
    size: jint,
) {
    let machine = Machine(env);
    machine.run((), || {
        let output = unsafe { instance(handle) }.output(to_size(size)?)?;
        machine.copy_to(target, at, output)
    });
}

#[unsafe(no_mangle)]
unsafe extern "system" fn Java_io_github_stepwire_NativeInstance_read(
    env: *mut JNIEnv,
    _: jobject,
    handle: jlong,
    place: jint,
    size: jint,
) -> jbyteArray {
    let machine = Machine(env);
    machine.run(null_mut(), || {
        let instance = unsafe { instance(handle) };
        machine.new_array(instance.bytes(place.cast_unsigned(), to_size(size)?)?)
    })
}

#[unsafe(no_mangle)]
unsafe extern "system" fn Java_io_github_stepwire_NativeInstance_word(
    _: *mut JNIEnv,
    _: jobject,
    handle: jlong,
    index: jint,
) -> jint {
    let index = usize::try_from(index).unwrap_or(0);
    unsafe { instance(handle) }.word(index).cast_signed()
}

#[unsafe(no_mangle)]
unsafe extern "system" fn Java_io_github_stepwire_NativeInstance_memorySize(
    _: *mut JNIEnv,
    _: jobject,
    handle: jlong,
) -> jlong {
    let size = unsafe { instance(handle) }.memory_size();
    jlong::try_from(size).unwrap_or(jlong::MAX)
}
