import { OPTION_FIELDS, optionFlags, type OptionField } from '../../src/operator/option-fields.ts';

const INTRODUCTION = `# Configuration

<!-- Generated from src/operator/options-schema.ts: npm run generate -->

Every option of \`cloud-manager run\` can be given as a flag, as an environment variable or in a file; flags win over the
environment, the environment over the file, the file over the defaults. An empty environment variable counts as absent.
The file is YAML or JSON, and is named by \`--config\` or \`CLOUD_MANAGER_CONFIG\`:

\`\`\`yaml
aws:
  region: eu-central-1
  roleName: CloudManagerAccess
kubernetes:
  workers: 20
timing:
  lookInterval: 10m
\`\`\`

A bad or missing value ends the program with exit code 2 and one message that names every wrong key, where it was read
from and what is expected. So do keys of the file, and variables that begin with \`CLOUD_MANAGER_\`, that are no option.
Secrets have no flag, because the arguments of a process are visible to everybody on the machine, and are never printed.
`;

/** The page on configuration, in Markdown. */
export function configurationPage(): string {
  const groups = Map.groupBy(OPTION_FIELDS, ({ path }) => path.slice(0, path.lastIndexOf('.')));
  const sections = [...groups].map(([group, fields]) => sectionOf(group, fields));
  return [INTRODUCTION, ...sections].join('\n');
}

function sectionOf(group: string, fields: readonly OptionField[]): string {
  return `## \`${group}\`\n\n${fields.map(entryOf).join('\n')}`;
}

function entryOf({ path, meta, optional }: OptionField): string {
  const name = path.slice(path.lastIndexOf('.') + 1);
  const flag = optionFlags().find(({ term }) => term.startsWith(`--${meta.flag} `))?.term;
  const facts = [
    ...(flag === undefined ? [] : [`Flag: \`${flag}\`.`]),
    ...(meta.env === undefined ? [] : [`Environment: ${meta.env.map((name) => `\`${name}\``).join(', ')}.`]),
    `Value: ${meta.kind.expected}.`,
    ...(meta.default === undefined ? [] : [`Default: ${meta.default === '' ? 'empty' : `\`${meta.default}\``}.`]),
    ...(meta.default === undefined && !optional ? ['Required.'] : []),
  ];
  return `- **\`${name}\`**: ${meta.description}\n  ${facts.join(' ')}\n`;
}
