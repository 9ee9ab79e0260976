/** The program cannot start or continue. The message is shown to the user. */
export class GatewayFailure extends Error {
  override readonly name = "GatewayFailure";
}
