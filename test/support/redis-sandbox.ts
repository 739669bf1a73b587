/** A program that runs one real server behind a data plane and says where, until somebody kills it. */
import { createCertificateAuthority } from '../../src/sandbox/certificates.ts';
import { createDataPlane } from '../../src/sandbox/redis/data-plane.ts';
import { silentLogger } from '../../src/util/log.ts';
import { aDeployment } from './redis-clients.ts';

const folder = process.argv[2] ?? '';
const authority = await createCertificateAuthority('tests', Date.now());
const plane = await createDataPlane('servers', { authority, folder, log: silentLogger });
const { primaries } = await plane.apply(aDeployment({ isTransitEncrypted: false }));
process.stdout.write(`${JSON.stringify(primaries.get('0001'))}\n`);
