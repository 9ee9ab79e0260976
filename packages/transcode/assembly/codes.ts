// The reasons for which the kernel stops: the numbers of ViolationCode and ResultCode in
// proto/stepwire/json/v1/conversion.proto. `pnpm build:kernel` generates the constants.
export * from "./generated/codes";
