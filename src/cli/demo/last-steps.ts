import { namespaceKind } from '../../kube/index.ts';
import { deleteAll, type Stage } from './stage.ts';
import type { Step } from './story.ts';

/** How every story ends. */
export const deleteEverything: Step<Stage> = {
  title: 'Everything is deleted at once, in no order',
  async run(stage) {
    const deleted = stage.samples.filter(({ kind }) => stage.emptiesNamespaces || kind !== namespaceKind.kind);
    await deleteAll(stage, deleted);
    return `${deleted.length} objects are gone`;
  },
};

export function compareWith(before: readonly string[]): Step<Stage> {
  return {
    title: 'AWS holds what it held before, and nothing else',
    run(stage) {
      const after = new Set(stage.awsInventory());
      const left = [...after].filter((resource) => !before.includes(resource));
      const lost = before.filter((resource) => !after.has(resource));
      if (left.length + lost.length > 0) throw new Error(`left: ${left.join(', ')}; lost: ${lost.join(', ')}`);
      return Promise.resolve(`the same ${after.size} resources`);
    },
  };
}
