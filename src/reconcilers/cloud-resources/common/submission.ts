import type { UserConditionReason } from '../../../api/cloud-resources/v1beta1/conditions.ts';
import { type Action, named, type Pass } from '../../../composed/index.ts';
import { type FieldCause, isNamespaceTerminating, isRefusal, type KubeApiError } from '../../../kube/index.ts';
import { errorsIn } from '../../../util/error-message.ts';
import { stopRefused } from '../../common/aws-error.ts';
import { failed, type Finding } from '../../common/finding.ts';
import type { InScope } from './user-object.ts';
import { inUserWords, wordsOf } from './words.ts';

/** The control plane will not do it as things are. Thrown by {@link submitted}. */
class SubmissionRefused extends Error {
  override readonly name = 'SubmissionRefused';
  override readonly cause: KubeApiError;

  constructor(cause: KubeApiError) {
    super('The control plane refused a request', { cause });
    this.cause = cause;
  }
}

/** Waits for a request to the control plane, whose refusals are another matter than those of the user's own cluster. */
export async function submitted<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    throw isRefusal(error) || isNamespaceTerminating(error) ? new SubmissionRefused(error) : error;
  }
}

/** How a user is told of values that the control plane does not accept. */
export interface InvalidWords {
  /** Reasons by field. Default: `InvalidSpec`. */
  readonly invalidReasons?: Readonly<Record<string, UserConditionReason>>;
  /** What the user has in place of a field, with all in it. Default: the same. */
  readonly userFields?: Readonly<Record<string, string>>;
}

/**
 * Runs `action` and turns a refusal of the control plane into a finding and a stop. It tries again by itself, ever less often:
 * what is in the way is mended where nobody here sees it.
 */
export function reportSubmission<S extends InScope>(action: Action<S>, words: InvalidWords = {}): Action<S> {
  return named(action.name, async (state: S, pass: Pass) => {
    try {
      return await action(state, pass);
    } catch (error) {
      const refused = errorsIn(error).find((one) => one instanceof SubmissionRefused);
      if (refused === undefined) throw error;
      pass.log.warn({ error: refused.cause }, 'The control plane refused a request');
      return stopRefused(state, findingFor(refused.cause, state, words), pass);
    }
  });
}

/**
 * What is wrong with a value, its author has to know. What else the control plane says is about itself: permissions, quotas
 * and policies that are not the user's.
 */
function findingFor({ code, causes }: KubeApiError, state: InScope, words: InvalidWords): Finding {
  const { invalidReasons = {}, userFields = {} } = words;
  if (code !== 422) {
    const message =
      'The control plane does not take it just now. It is tried again; if it stays so, tell its operators.';
    return failed('SubmissionFailed', message);
  }
  const messages = new Set(messagesOf(causes, userFields));
  const reason = causes.map(({ field }) => invalidReasons[field]).find((one) => one !== undefined) ?? 'InvalidSpec';
  return failed(reason, inUserWords(`It is not accepted: ${[...messages].join('; ')}`, state, wordsOf(state)));
}

/** How an API server names the field of a cause that is about none. */
const NO_FIELD = '<nil>';

/** What is about no field says mostly that others were not looked at because of these. */
function messagesOf(causes: readonly FieldCause[], userFields: Readonly<Record<string, string>>): string[] {
  const ofFields = causes.filter(({ field }) => field !== NO_FIELD);
  if (ofFields.length === 0) return causes.map(({ message }) => message);
  return ofFields.map(({ field, message }) => `${userField(field, userFields)}: ${message}`);
}

/** What has no words of its own keeps its path below the nearest that has. */
function userField(field: string, userFields: Readonly<Record<string, string>>): string {
  const parts = field.split('.');
  for (let length = parts.length; length > 0; length -= 1) {
    const words = userFields[parts.slice(0, length).join('.')];
    if (words !== undefined) return [words, ...parts.slice(length)].join('.');
  }
  return field;
}
