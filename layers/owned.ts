/**
 * A parameter of this type is moved: the callee disposes of it, now or with what it saves. Every other
 * parameter is borrowed and stays its caller's. Whatever is returned is the caller's.
 */
export type Owned<T extends Disposable> = T;
