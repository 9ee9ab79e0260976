/** The program cannot start or go on; the message is for the user. */
export class GatewayFailure extends Error {
  override readonly name = "GatewayFailure";
}
