export const plan: usize = memory.data<u8>([1,2,3,4]);
