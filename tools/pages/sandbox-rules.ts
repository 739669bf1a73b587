import { createAllServices } from '../../src/sandbox/aws/services.ts';

const INTRODUCTION = `# Quotas and durations of the sandbox

<!-- Generated from src/sandbox/aws: npm run generate -->

The numbers that AWS goes by in the [sandbox](sandbox.md), and their defaults: limits are those of AWS, durations of the order that AWS
takes. A world file changes them (\`quotas\`, \`durationsSeconds\`), and so does \`POST rules\` while the sandbox runs:

\`\`\`sh
curl -X POST $AWS_ENDPOINT_URL/_sandbox/rules \\
  -d '{"quotas": {"ec2.vpcsPerRegion": 50}, "durationsSeconds": {"elasticache.replicationGroup.creating": 20}}'
\`\`\`
`;

/** The page on the numbers of the sandbox, in Markdown. */
export function sandboxRulesPage(): string {
  const services = createAllServices();
  const quotas = services.flatMap((service) => Object.entries(service.quotas ?? {}));
  const durations = services.flatMap((service) => Object.entries(service.durationsSeconds ?? {}));
  return [
    INTRODUCTION,
    `## Quotas\n\n${tableOf('Default', quotas)}`,
    `## Durations\n\nIn seconds of AWS; \`--speed\` makes them as much shorter.\n\n${tableOf('Seconds', durations)}`,
  ].join('\n');
}

function tableOf(heading: string, numbers: readonly (readonly [string, number])[]): string {
  const rows = numbers.map(([name, value]) => `| \`${name}\` | ${value} |\n`);
  return `| Name | ${heading} |\n|---|---|\n${rows.join('')}`;
}
