/** Why a template cannot be filled in. The message quotes words of the template, never what it is filled in with. */
export class TemplateProblem extends Error {
  override readonly name = 'TemplateProblem';
}
