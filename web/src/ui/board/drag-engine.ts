/** All of dragging, fetched at once; see `dragging`. */
export { dropOnColumn, dropOnFolded } from './column-drop';
export { dragRow, scrollSideways, watchDrags } from './drag';
