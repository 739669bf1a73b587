const READ = /^(Describe|Get|BatchGet|List|AssumeRole)/;

/** Whether an operation of AWS changes something, by its name. */
export function isAwsWrite(operation: string): boolean {
  return !READ.test(operation);
}
