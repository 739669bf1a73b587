import { type DataPlane, type DeploymentSpec, noDataPlane } from '../../src/sandbox/aws/elasticache/data-plane.ts';

/** What opens the servers of a replication group, by its id. */
export type Tokens = ReadonlyMap<string, DeploymentSpec['tokens']>;

/** A data plane without servers that knows what would open them. */
export function createTokenPlane(): { readonly dataPlane: DataPlane; readonly tokens: Tokens } {
  const tokens = new Map<string, DeploymentSpec['tokens']>();
  const dataPlane: DataPlane = {
    apply: (spec) => {
      tokens.set(spec.groupId, spec.tokens);
      return noDataPlane.apply(spec);
    },
    remove: (key) => noDataPlane.remove(key),
  };
  return { dataPlane, tokens };
}

/** Whether a token opens the servers of a group, and no other one does; without a token: whether nobody needs one. */
export function isTheOnlyToken(tokens: Tokens, groupId: string, token: string): boolean {
  const present = tokens.get(groupId) ?? [];
  return present.length === 1 && (present[0] ?? '') === token;
}
