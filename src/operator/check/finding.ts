import { messageOf } from '../../util/error-message.ts';

/** What a finding is about. */
export type Area = 'kubernetes' | 'kinds' | 'permissions' | 'aws' | 'clock';

/** One thing that was looked at. */
export interface Finding {
  readonly area: Area;
  readonly isGood: boolean;
  /** A sentence, without secrets. */
  readonly message: string;
  /** What to do; only where something is wrong. */
  readonly advice?: string;
}

export function good(area: Area, message: string): Finding {
  return { area, isGood: true, message };
}

export function bad(area: Area, message: string, advice: string): Finding {
  return { area, isGood: false, message, advice };
}

/** What `look` finds; what it throws is a finding, too. */
export async function findingOf(area: Area, advice: string, look: () => Promise<Finding>): Promise<Finding> {
  try {
    return await look();
  } catch (error) {
    return bad(area, messageOf(error), advice);
  }
}
