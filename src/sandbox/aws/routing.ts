import type { WireResponse } from './codec.ts';
import type { ServiceDefinition } from './service.ts';
import { signatureClaimOf, type SignedRequest } from './sigv4.ts';
import { element, escapeXml } from './xml-encoder.ts';

/** What a request asks for. */
export interface Address {
  readonly operation: string;
  /** Of the query protocols: from the query and, when it is a form, the body. */
  readonly parameters: URLSearchParams;
  /** The service of the signature's scope, empty without one; only to name what is not simulated. */
  readonly scopedService: string;
  readonly isJson: boolean;
  readonly isFor: (service: ServiceDefinition) => boolean;
}

function isForm(request: SignedRequest): boolean {
  return request.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false;
}

/** The service and operation stand in `X-Amz-Target` (JSON) or in `Action` and `Version` (query). */
export function addressOf(request: SignedRequest): Address {
  const target = request.headers['x-amz-target'];
  const scopedService = signatureClaimOf(request)?.service ?? '';
  const form = isForm(request) ? Buffer.from(request.body).toString('utf8') : '';
  const parameters = new URLSearchParams([request.query, form].filter((part) => part !== '').join('&'));
  if (target !== undefined) {
    const [prefix = '', operation = ''] = target.split('.');
    const isFor = (service: ServiceDefinition): boolean => service.targetPrefix === prefix;
    return { operation, parameters, scopedService, isJson: true, isFor };
  }
  const version = parameters.get('Version');
  return {
    operation: parameters.get('Action') ?? '',
    parameters,
    scopedService,
    isJson: false,
    isFor: (service) => service.targetPrefix === undefined && service.apiVersion === version,
  };
}

/** The refusal of a request for a service that is not simulated, in the protocol that the request seems to speak. */
export function unknownTarget(
  { parameters, isJson, scopedService }: Address,
  services: readonly ServiceDefinition[],
  requestId: string,
): { readonly code: string; readonly response: WireResponse } {
  const known = services.map(({ name, apiVersion }) => `${name} (${apiVersion})`).join(', ');
  const asked = scopedService === '' ? 'The request names no service' : `The service ${scopedService} is not simulated`;
  const message = `${asked}; the simulator has ${known}.`;
  if (scopedService === 's3') {
    const body = element('Error', element('Code', 'NotImplemented') + element('Message', escapeXml(message)));
    return { code: 'NotImplemented', response: { status: 501, contentType: 'application/xml', body } };
  }
  if (isJson || !parameters.has('Action')) {
    const body = JSON.stringify({ __type: 'UnknownOperationException', message });
    return { code: 'UnknownOperationException', response: { status: 404, contentType: 'application/json', body } };
  }
  const error = element('Type', 'Sender') + element('Code', 'InvalidAction') + element('Message', escapeXml(message));
  const body = element('ErrorResponse', element('Error', error) + element('RequestId', requestId));
  return { code: 'InvalidAction', response: { status: 400, contentType: 'text/xml', body } };
}
