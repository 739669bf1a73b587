/**
 * Installs in clusters of users the kinds that they write, and roles for them.
 *
 * What is there as it has to be costs no request where it is followed, and one each where it is not. What somebody has changed
 * or deleted is applied again. What a later version of this program has installed is left as it is: the kinds of a version
 * grow and lose nothing, so that this one works with those of the later one, whose objects an earlier schema would mutilate.
 */
import { INSTALL_ANNOTATIONS } from '../../../api/names.ts';
import {
  applyPatch,
  clusterRoleKind,
  crdKind,
  findCondition,
  isBeingDeleted,
  type KubeClient,
  type Permission,
} from '../../../kube/index.ts';
import { awaitAll } from '../../../util/settled.ts';
import { type Installed, isAsInstalled, type Manifest } from './manifest.ts';
import { BASE_MANIFESTS, GRANTED, MODULE_MANIFESTS } from './manifests.ts';
import { isLater } from './program-version.ts';

const FIELD_MANAGER = 'cloud-manager';

/** Installs, in one version. */
export interface Installer {
  /** What it asks of a cluster. */
  readonly permissions: readonly Permission[];
  /** Makes a cluster ready for its first role, in which its CloudResources are followed. Safe to repeat. */
  applyBase(client: KubeClient): Promise<void>;
  /** Installs what is missing or another than it has to be. Safe to repeat. */
  install(manifests: readonly Manifest[], how: InstallOptions): Promise<Installation>;
  /** Takes away what was installed; what goes already goes on. Safe to repeat. */
  uninstall(manifests: readonly Manifest[], client: KubeClient): Promise<void>;
}

export interface InstallOptions {
  readonly client: KubeClient;
  /** What is known to be there; of the rest the API server is asked. Default: nothing is known. */
  readonly known?: (manifest: Manifest) => Installed | undefined;
}

/** What became of it, by name. */
export interface Installation {
  /** What cannot be used yet: the API server makes it ready, or takes its predecessor away first. */
  readonly pending: readonly string[];
  /** What is another than this version would have it, because a later one has installed it. */
  readonly ofLaterVersion: readonly string[];
}

/** @param version - That of the program. */
export function createInstaller(version: string): Installer {
  const install: Installer['install'] = async (manifests, how) => {
    const standings = await awaitAll(manifests.map((manifest) => ensureInstalled(manifest, version, how)));
    const namesThat = (stand: Standing): readonly string[] =>
      manifests.filter((_, index) => standings[index] === stand).map(({ name }) => name);
    return { pending: namesThat('pending'), ofLaterVersion: namesThat('of a later version') };
  };
  return {
    permissions: installPermissions,
    applyBase: async (client) => void (await install(BASE_MANIFESTS, { client })),
    install,
    uninstall: async (manifests, client) => {
      await awaitAll(manifests.map(({ kind, name }) => client.delete(kind, { name })));
    },
  };
}

type Standing = 'installed' | 'pending' | 'of a later version';

async function ensureInstalled(
  manifest: Manifest,
  version: string,
  { client, known = () => undefined }: InstallOptions,
): Promise<Standing> {
  const { kind, name, bodyFor } = manifest;
  const found: Installed | undefined = known(manifest) ?? (await client.find(kind, { name }));
  if (found !== undefined && (isBeingDeleted(found) || isUpToDate(manifest, found, version))) return standingOf(found);
  if (isLater(versionOf(found), version)) return 'of a later version';
  const patch = applyPatch(bodyFor(version), { fieldManager: FIELD_MANAGER, force: true });
  return standingOf(await client.patch(kind, { name }, patch));
}

/** What an earlier version has installed may lack what is not compared, such as another short name. */
function isUpToDate(manifest: Manifest, found: Installed, version: string): boolean {
  return isAsInstalled(manifest, found) && !isLater(version, versionOf(found));
}

/** Which version of the program has installed it. */
function versionOf(found: Installed | undefined): string | undefined {
  return found?.metadata.annotations?.[INSTALL_ANNOTATIONS.version];
}

/** Kinds are served a moment after they were made. */
function standingOf(installed: Installed): Standing {
  const isServed =
    installed.kind !== crdKind.kind || findCondition(installed.status?.conditions, 'Established')?.status === 'True';
  return isServed && !isBeingDeleted(installed) ? 'installed' : 'pending';
}

const namesOfKind = (kind: Manifest['kind']): readonly string[] =>
  [...BASE_MANIFESTS, ...MODULE_MANIFESTS].filter((manifest) => manifest.kind === kind).map(({ name }) => name);

/** Nobody can grant what he may not do himself. */
const installPermissions: readonly Permission[] = [
  ...[crdKind, clusterRoleKind].flatMap((kind): readonly Permission[] => [
    // What is applied and not there is created, which no name narrows.
    { kind, verbs: ['create', 'get'] },
    { kind, verbs: ['delete', 'patch'], names: namesOfKind(kind) },
  ]),
  ...GRANTED,
];
