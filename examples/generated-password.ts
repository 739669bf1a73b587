/**
 * A kind of one's own, with its reconciler: a `GeneratedPassword` keeps a random password in AWS Secrets Manager for as
 * long as the object lives. Somebody who deletes the secret in the console gets it back at the next look, with another
 * password; a secret of that name that somebody else made is left alone.
 */
import { randomBytes } from 'node:crypto';
import { commonStatus, type CustomKind, int32, object, type ObjectOf, optional, text } from 'cloud-manager/api';
import { AwsError, orAbsent, type Secret, type SecretsManagerClient, userMessage } from 'cloud-manager/aws';
import {
  type Action,
  branch,
  next,
  type Outcome,
  type Pass,
  sequence,
  stopAndForget,
  stopWithRequeueDelay,
} from 'cloud-manager/composed';
import { addFinalizer, isBeingDeleted, type KubeClient, type KubeObject, removeFinalizer } from 'cloud-manager/kube';
import { type Controller, controller, type PassEnd, reconcilePipeline, type StatusInput } from 'cloud-manager/runtime';

const spec = object({
  secretName: text({
    maxLength: 256,
    description: 'The name of the secret in Secrets Manager.',
    rules: [{ rule: 'self == oldSelf', message: 'secretName is immutable.' }],
  }),
  lengthBytes: int32({ minimum: 16, maximum: 64, default: 32, description: 'Random bytes; written as hex digits.' }),
});
const status = object({
  ...commonStatus,
  arn: optional(text({ maxLength: 2048, description: 'The ARN of the secret.' })),
});

/** An object as the API server gives it. */
export interface GeneratedPassword extends KubeObject {
  readonly spec: ObjectOf<typeof spec>;
  readonly status?: ObjectOf<typeof status>;
}

export const generatedPasswordKind: CustomKind<GeneratedPassword> = {
  group: 'examples.cloud-manager.dev',
  version: 'v1',
  kind: 'GeneratedPassword',
  plural: 'generatedpasswords',
  namespaced: true,
  description: 'A random password in AWS Secrets Manager.',
  shortNames: [],
  categories: [],
  spec,
  status,
  rules: [],
  columns: [{ name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' }],
};

const FINALIZER = 'examples.cloud-manager.dev/secret';
/** What proves that a secret is ours: the uid of the object that it was made for. */
const OWNER_TAG = 'examples.cloud-manager.dev/owner';
const TEN_MINUTES_MS = 10 * 60_000;

interface State {
  readonly object: GeneratedPassword;
  readonly kube: KubeClient;
  readonly secrets: SecretsManagerClient;
  /** Filled by `loadSecret`; undefined when AWS has none. */
  secret: Secret | undefined;
}

const reconcilePassword: Action<State> = sequence(
  'reconcilePassword',
  loadSecret,
  branch(
    ({ object }) => isBeingDeleted(object),
    sequence('delete', deleteSecret, deleteFinalizer),
    sequence('provide', validateOwner, ensureFinalizer, ensureSecret),
  ),
);

async function loadSecret(state: State): Promise<Outcome> {
  state.secret = await orAbsent(state.secrets.describeSecret(state.object.spec.secretName));
  return next;
}

const isOurs = ({ object, secret }: State): boolean => secret?.tags[OWNER_TAG] === object.metadata.uid;

function validateOwner(state: State): Outcome {
  if (state.secret === undefined || isOurs(state)) return next;
  return stopWithRequeueDelay(TEN_MINUTES_MS, `the secret ${state.secret.name} belongs to somebody else`);
}

/** Before anything is made: an object that goes away must not leave its secret behind. */
async function ensureFinalizer({ kube, object }: State): Promise<Outcome> {
  await addFinalizer(kube, generatedPasswordKind, object, FINALIZER);
  return next;
}

async function ensureSecret(state: State, pass: Pass): Promise<Outcome> {
  const { secrets, object } = state;
  const { secretName, lengthBytes } = object.spec;
  if (state.secret?.deletedDate) await secrets.restoreSecret(secretName);
  if (state.secret === undefined) {
    pass.log.info({ secretName }, 'Secret is made');
    await secrets.createSecret({
      name: secretName,
      secretString: randomBytes(lengthBytes).toString('hex'),
      description: `For GeneratedPassword ${object.metadata.namespace ?? ''}/${object.metadata.name}`,
      tags: { [OWNER_TAG]: object.metadata.uid },
    });
    await loadSecret(state);
  }
  return stopWithRequeueDelay(TEN_MINUTES_MS, 'looked at again');
}

async function deleteSecret(state: State): Promise<Outcome> {
  if (isOurs(state)) await state.secrets.deleteSecret(state.object.spec.secretName, { force: true });
  return next;
}

async function deleteFinalizer({ kube, object }: State): Promise<Outcome> {
  await removeFinalizer(kube, generatedPasswordKind, object, FINALIZER);
  return stopAndForget('the secret is gone');
}

/** Pure: what the world and the end of the pass amount to. */
function statusOf(state: State, end: PassEnd): StatusInput | undefined {
  if (isBeingDeleted(state.object)) return undefined;
  const isReady = end.kind !== 'failed' && isOurs(state);
  return {
    state: isReady ? 'Ready' : 'Error',
    ...(isReady && state.secret && { arn: state.secret.arn }),
    conditions: [
      isReady
        ? { type: 'Ready', status: 'True', reason: 'Ready', message: 'The secret exists.' }
        : { type: 'Ready', status: 'False', reason: 'Error', message: whyNot(end) },
    ],
  };
}

function whyNot(end: PassEnd): string {
  if (end.kind !== 'failed') return end.reason;
  // Other errors may say more than everybody should read; they are in the log.
  return end.error instanceof AwsError ? userMessage(end.error) : 'The pass failed; the log says why.';
}

/** The controller for a `Manager`; `secretsFor` binds a client to each pass. */
export function generatedPasswordController(secretsFor: (pass: Pass) => SecretsManagerClient): Controller {
  return controller<GeneratedPassword>({
    kind: generatedPasswordKind,
    reconcile: (object, pass, cluster) => {
      const state: State = { object, kube: cluster.client(pass), secrets: secretsFor(pass), secret: undefined };
      return reconcilePipeline(reconcilePassword, state, pass, statusOf);
    },
  });
}
