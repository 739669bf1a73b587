/** An error that the simulated AWS answers with: the code as it stands on the wire, not the name of the SDK's class. */
export class AwsFault extends Error {
  override readonly name = 'AwsFault';
  readonly code: string;
  /** Default: the status that the service's own model gives the code, otherwise 400. */
  readonly httpStatus: number | undefined;

  constructor(code: string, message: string, httpStatus?: number) {
    super(message);
    this.code = code;
    this.httpStatus = httpStatus;
  }
}
