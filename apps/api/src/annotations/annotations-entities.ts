import { AnnotationDeviceEntity, AnnotationSyncEntity } from './annotation-device.entity.ts';
import { AnnotationEntity } from './annotation.entity.ts';

/** Tables of this module. */
export const ANNOTATION_ENTITIES = [AnnotationEntity, AnnotationDeviceEntity, AnnotationSyncEntity];
