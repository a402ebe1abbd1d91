import type { AnnotationExchangeBook, AnnotationExchangeResult, DeviceAnnotation } from '@bookorbit/contracts';
import { annotationKey } from '../annotation-key.ts';

/** A highlight for specs: everything that is not said is the same for all. */
export function highlight(n: number, more: Partial<DeviceAnnotation> = {}): DeviceAnnotation {
  return {
    datetime: `2026-11-${String(1 + Math.floor(n / 60)).padStart(2, '0')} 10:00:${String(n % 60).padStart(2, '0')}`,
    drawer: 'lighten',
    color: 'yellow',
    text: `passage number ${n}`,
    posFormat: 'xpointer',
    pos0: `/body/DocFragment[3]/body/p[${n + 1}]/text().0`,
    pos1: `/body/DocFragment[3]/body/p[${n + 1}]/text().17`,
    ...more,
  };
}

/** What a device sends of a book: all its keys, and what changed. */
export function bookOf(
  hash: string,
  items: readonly DeviceAnnotation[],
  changes: readonly DeviceAnnotation[] = items,
  more: Partial<AnnotationExchangeBook> = {},
): AnnotationExchangeBook {
  return { hash, keys: items.map(keyOf), keysComplete: true, changes, ...more };
}

export function keyOf({ datetime, pos0 }: DeviceAnnotation): { k: string; dt: string } {
  return { k: annotationKey(datetime, pos0), dt: datetime };
}

/** Says yes to everything a device was asked. */
export function acksOf({ hash, toApply }: AnnotationExchangeResult) {
  return {
    hash,
    applied: [...toApply.add, ...toApply.edit].map(({ serverId, version }) => ({
      serverId,
      version,
      status: 'applied' as const,
    })),
    deleted: toApply.delete.map(({ serverId }) => ({ serverId, status: 'applied' as const })),
  };
}

export function envelope(deviceId: string, more: object = {}) {
  return { deviceId, deviceModel: 'Kobo_nova', pluginVersion: '0.1.0', protocol: 1, utcOffsetMinutes: 0, ...more };
}
