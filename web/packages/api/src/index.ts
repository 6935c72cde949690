export * from './client';
export * from './errors';
export * from './frames';
export * from './names';
export type * from './server.generated';
export * from './uploading';
