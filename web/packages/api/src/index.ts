export * from './client';
export * from './errors';
export * from './frames';
export * from './pages';
export * from './views';
