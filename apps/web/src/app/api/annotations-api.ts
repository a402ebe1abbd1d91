import { Injectable, inject } from '@angular/core';
import type {
  AnnotationChange,
  AnnotationDetail,
  AnnotationExportFormat,
  AnnotationFacets,
  AnnotationFilter,
  AnnotationList,
  AnnotationQuery,
  AnnotationsChange,
  AnnotationsChanged,
  FoundAnnotationsChange,
  FoundAnnotationsChanged,
  HighlightOfTheDay,
} from '@bookorbit/contracts';
import { BASE_PATH, Http, queryString } from './http.ts';

/** Highlights and bookmarks of this user; needs `koreader_sync`. */
@Injectable({ providedIn: 'root' })
export class AnnotationsApi {
  private readonly http = inject(Http);

  list(query: AnnotationQuery): Promise<AnnotationList> {
    return this.http.get('/annotations', { ...query });
  }

  listFacets(query: Pick<AnnotationQuery, 'kind' | 'state'>): Promise<AnnotationFacets> {
    return this.http.get('/annotations/facets', { ...query });
  }

  findOfTheDay(): Promise<HighlightOfTheDay> {
    return this.http.get('/annotations/of-the-day');
  }

  edit(id: number, change: AnnotationChange): Promise<AnnotationDetail> {
    return this.http.patch(`/annotations/${id}`, change);
  }

  changeMany(change: AnnotationsChange): Promise<AnnotationsChanged> {
    return this.http.post('/annotations/changes', change);
  }

  /** Changes everything a query finds, on whichever page it is. */
  changeFound(found: AnnotationFilter, change: FoundAnnotationsChange): Promise<FoundAnnotationsChanged> {
    return this.http.post(`/annotations/changes/found${queryString({ ...found })}`, change);
  }

  /** Lets devices that could not place it try again. */
  retry(id: number): Promise<void> {
    return this.http.post(`/annotations/${id}/retry`);
  }
}

/** Address of what a query finds, as a file. */
export function annotationsFile(query: AnnotationQuery, format: AnnotationExportFormat): string {
  return `${BASE_PATH}/annotations/export${queryString({ ...query, format })}`;
}
