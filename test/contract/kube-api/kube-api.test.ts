import { afterAll, beforeAll, describe } from 'vitest';
import { authenticationCases } from './authentication.cases.ts';
import { applyCases } from './apply.cases.ts';
import { authorizationCases } from './authorization.cases.ts';
import { bodyCases } from './body.cases.ts';
import { PlainClient } from './client.ts';
import { definitionCases } from './definition.cases.ts';
import { deletionCases } from './deletion.cases.ts';
import { discoveryCases } from './discovery.cases.ts';
import { limitCases } from './limits.cases.ts';
import { listCases } from './list.cases.ts';
import { patchCases } from './patch.cases.ts';
import { representationCases } from './representation.cases.ts';
import { reviewCases } from './review.cases.ts';
import { tableCases } from './table.cases.ts';
import { targets } from './targets.ts';
import { validationCases } from './validation.cases.ts';
import { watchCases } from './watch.cases.ts';
import { prepare, worldOn } from './world.ts';
import { writeCases } from './write.cases.ts';

describe.each(targets)('the Kubernetes API contract on $title', (source) => {
  let client: PlainClient;
  let stop: () => Promise<void>;

  beforeAll(async () => {
    const started = await source.start();
    stop = () => started.stop();
    client = new PlainClient(started.target);
    await prepare(client);
  });

  afterAll(async () => {
    client.close();
    await stop();
  });

  const world = () => worldOn(client);
  describe('writing', () => {
    writeCases(world);
  });
  describe('bodies and paths', () => {
    bodyCases(world);
  });
  describe('validation', () => {
    validationCases(world);
  });
  describe('patches', () => {
    patchCases(world);
  });
  describe('server-side apply', () => {
    applyCases(world);
  });
  describe('deletion', () => {
    deletionCases(world);
  });
  describe('lists', () => {
    listCases(world);
  });
  describe('limits', () => {
    limitCases(world);
  });
  describe('watches', () => {
    watchCases(world);
  });
  describe('representations', () => {
    representationCases(world);
  });
  describe('tables', () => {
    tableCases(world);
  });
  describe('definitions', () => {
    definitionCases(world);
  });
  describe('authentication', () => {
    authenticationCases(world);
  });
  describe('authorization', () => {
    authorizationCases(world);
  });
  describe('reviews', () => {
    reviewCases(world);
  });
  describe('discovery', () => {
    discoveryCases(world);
  });
});
