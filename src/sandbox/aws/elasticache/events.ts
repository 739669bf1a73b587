import type { DescribeEventsMessage, Event, EventsMessage } from '@aws-sdk/client-elasticache';
import type { Partition, RequestContext } from '../service.ts';
import { invalidCombination } from './faults.ts';
import { folded } from './names.ts';
import { elastiCachePage } from './paging.ts';
import type { ServiceEvent } from './model.ts';
import { elastiCacheSlot } from './state.ts';

const MINUTE_MS = 60_000;
const DEFAULT_MINUTES = 60;
/** AWS keeps events for 14 days; a sandbox of many changes must not grow without end either. */
const MOST_EVENTS = 1000;

export function record(partition: Partition, event: Omit<ServiceEvent, 'at'>): void {
  const { events } = partition.get(elastiCacheSlot);
  events.push({ ...event, at: new Date(partition.wallClock.now()) });
  if (events.length > MOST_EVENTS) events.splice(0, events.length - MOST_EVENTS);
}

function isInRange({ at }: ServiceEvent, input: DescribeEventsMessage, nowMs: number): boolean {
  const { StartTime, EndTime, Duration } = input;
  const endMs = EndTime?.getTime() ?? nowMs;
  const startMs = StartTime?.getTime() ?? endMs - (Duration ?? DEFAULT_MINUTES) * MINUTE_MS;
  return at.getTime() >= startMs && at.getTime() <= endMs;
}

function describeEvents(input: DescribeEventsMessage, { partition }: RequestContext): EventsMessage {
  if (input.SourceIdentifier !== undefined && input.SourceType === undefined) {
    throw invalidCombination('SourceType must be specified when SourceIdentifier is specified.');
  }
  const { events } = partition.get(elastiCacheSlot);
  const sourceId = folded(input.SourceIdentifier);
  const rows = events.map((event, index) => ({ event, key: String(index).padStart(9, '0') }));
  const found = rows.filter(
    ({ event }) =>
      isInRange(event, input, partition.wallClock.now()) &&
      (sourceId === undefined || event.sourceId === sourceId) &&
      (input.SourceType === undefined || event.sourceType === input.SourceType),
  );
  const page = elastiCachePage(found, input, ({ key }) => key);
  return { Events: page.items.map(({ event }) => eventView(event)), Marker: page.next };
}

function eventView({ sourceId, sourceType, message, at }: ServiceEvent): Event {
  return { SourceIdentifier: sourceId, SourceType: sourceType, Message: message, Date: at };
}

export const eventOperations = { DescribeEvents: describeEvents };
