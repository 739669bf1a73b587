import type { CustomKind } from '../../api/index.ts';
import type { KubeObject } from '../../kube/index.ts';

/** A condition's field, or a path of names: the paths that our columns have. */
const CONDITION = /^\.status\.conditions\[\?\(@\.type=="(\w+)"\)\]\.(\w+)$/;

/** What `kubectl get` shows of an object, but for its age: the lines of titles and of values, in columns. */
export function tableOf<T extends KubeObject>(kind: CustomKind<T>, object: T): readonly string[] {
  const shown = kind.columns.filter(({ type, priority = 0 }) => type !== 'date' && priority === 0);
  const cells = [
    ['NAME', object.metadata.name],
    ...shown.map(({ name, jsonPath }) => [name.toUpperCase(), valueAt(object, jsonPath)]),
  ].map(([title = '', value = '']) => [title, value].map((text) => text.padEnd(Math.max(title.length, value.length))));
  return [0, 1].map((line) =>
    cells
      .map((cell) => cell[line] ?? '')
      .join('   ')
      .trimEnd(),
  );
}

function valueAt(object: object, path: string): string {
  const [, type, field] = CONDITION.exec(path) ?? [];
  const steps = type === undefined ? path.slice(1).split('.') : ['status', 'conditions'];
  const found = steps.reduce<unknown>((inner, step) => memberOf(inner, step), object);
  const value = type === undefined ? found : memberOf(conditionIn(found, type), field ?? '');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function conditionIn(conditions: unknown, type: string): unknown {
  return Array.isArray(conditions) ? conditions.find((one: unknown) => memberOf(one, 'type') === type) : undefined;
}
