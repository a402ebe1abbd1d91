import { Injectable } from '@nestjs/common';
import type { HighlightOfTheDay } from '@bookorbit/contracts';
import { DataSource } from 'typeorm';
import { Clock } from '../clock/index.ts';
import { accessibleFiles } from '../libraries/index.ts';
import { DETAIL, DETAIL_FROM, detailFromRow, type DetailRow } from './annotation-detail.ts';

/** One highlight to meet again: the same all day in the user's time zone, another the next. */
@Injectable()
export class FindHighlightOfTheDay {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
  ) {}

  async run(userId: number): Promise<HighlightOfTheDay> {
    const rows: DetailRow[] = await this.dataSource.query(
      `WITH ${accessibleFiles('$1')},
       today AS (SELECT ($2::timestamptz AT TIME ZONE time_zone)::date AS day FROM users WHERE id = $1)
       SELECT ${DETAIL} ${DETAIL_FROM}, today
       WHERE a.user_id = $1 AND a.kind = 'highlight' AND a.deleted_at IS NULL AND a.text <> ''
       ORDER BY md5(today.day::text || a.id), a.id LIMIT 1`,
      [userId, this.clock.now()],
    );
    return rows[0] ? { highlight: detailFromRow(rows[0]) } : {};
  }
}
