import type { FieldValidation } from '../operations/admission.ts';
import type { WriteOptions } from '../operations/api.ts';
import { fieldNotSupported, invalid } from '../status.ts';
import type { Request } from './exchange.ts';

const FIELD_VALIDATIONS = ['Ignore', 'Warn', 'Strict'] as const;

/** How a request wants to write. *Throws* 422 for options that do not exist. */
export function writeOptionsFrom(request: Request, query: URLSearchParams): Omit<WriteOptions, 'warn'> {
  const dryRun = query.getAll('dryRun').filter((value) => value !== '');
  const wrong = dryRun.find((value) => value !== 'All');
  if (wrong !== undefined)
    throw invalid('CreateOptions', 'meta.k8s.io', '', [fieldNotSupported('dryRun', dryRun, ['All'])]);
  return { dryRun: dryRun.length > 0, manager: managerOf(request, query), fieldValidation: fieldValidationFrom(query) };
}

function fieldValidationFrom(query: URLSearchParams): FieldValidation {
  const asked = query.get('fieldValidation') ?? '';
  if (asked === '') return 'Warn';
  const known = FIELD_VALIDATIONS.find((one) => one === asked);
  if (known) return known;
  throw invalid('CreateOptions', 'meta.k8s.io', '', [
    fieldNotSupported('fieldValidation', asked, ['', ...FIELD_VALIDATIONS.toSorted()]),
  ]);
}

/** Who owns what is written: who the request says, or else the program that sent it. */
function managerOf(request: Request, query: URLSearchParams): string {
  const named = query.get('fieldManager') ?? '';
  if (named !== '') return named;
  const program = (request.headers['user-agent'] ?? '').split('/')[0] ?? '';
  return program === '' ? 'unknown' : program.slice(0, 128);
}
