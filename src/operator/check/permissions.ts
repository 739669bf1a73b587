import { type KubeClient, type Permission } from '../../kube/index.ts';
import { type AccessQuestion, isAllowed } from '../../kube/access-review.ts';
import { bad, type Finding, findingOf, good } from './finding.ts';

const ADVICE =
  'Grant what cloud-manager install-manifests prints (ClusterRole, Role and bindings), or say by --kubeconfig whose permissions are meant';

/** Whether the identity may do what the operator declares, as the server's own authorization sees it. */
export function checkPermissions(
  client: KubeClient,
  permissions: readonly Permission[],
  ownNamespace: string,
): Promise<Finding> {
  return findingOf('permissions', ADVICE, async () => {
    const questions = questionsOf(permissions, ownNamespace);
    const answers = await Promise.all(questions.map((question) => isAllowed(client, question)));
    const missing = questions.filter((_, index) => answers[index] !== true).map(textOf);
    if (missing.length === 0) return good('permissions', `All ${questions.length} permissions are granted`);
    return bad('permissions', `Not granted: ${missing.join(', ')}`, ADVICE);
  });
}

function questionsOf(permissions: readonly Permission[], ownNamespace: string): readonly AccessQuestion[] {
  const questions = permissions.flatMap(({ kind, subresource = '', verbs, names = [''], isOwnNamespace }) =>
    verbs.flatMap((verb) =>
      names.map((name): AccessQuestion => {
        const namespace = isOwnNamespace === true ? ownNamespace : '';
        return { verb, group: kind.group, resource: kind.plural, subresource, namespace, name };
      }),
    ),
  );
  // Several parts may declare the same.
  return [...new Map(questions.map((question) => [textOf(question), question])).values()];
}

function textOf({ verb, group, resource, subresource, namespace, name }: AccessQuestion): string {
  const what = `${resource}${subresource && `/${subresource}`}${group && `.${group}`}`;
  return `${verb} ${what}${name && ` ${name}`}${namespace && ` in ${namespace}`}`;
}
