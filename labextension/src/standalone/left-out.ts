/** Stands for packages that a page of one file loads in its own way, or not at all. */
export default null;
