/* Classes of parameters against their C types. */

/**
 * sys_numbers - numbers
 * @a: x
 * @b: x
 * @c: x
 * @d: x
 * @e: x
 * @f: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * param: a
 *   type: int, input ### class-mismatch: class 'int' takes a signed integer, but the C type of 'a' is 'unsigned int'; write 'uint'
 * param: b
 *   type: uint, input ### class-mismatch: class 'uint' takes an unsigned integer, but the C type of 'b' is 'int'; write 'int'
 * param: c
 *   type: uint, input
 * param: d
 *   type: int, input
 * param: e
 *   type: int, input
 * param: f
 *   type: enum, input ### class-mismatch: class 'enum' takes an enum or another integer, but the C type of 'f' is 'void __user *'; write 'user_ptr'
 */
SYSCALL_DEFINE6(numbers, unsigned int, a, int, b, size_t, c, loff_t, d, enum frob, e, void __user *, f);

/**
 * sys_unknown_typedefs - a typedef that is not in the table fits everything
 * @a: x
 * @b: x
 * @c: x
 * @d: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * param: a
 *   type: int, input
 * param: b
 *   type: user_ptr, input
 * param: c
 *   type: func_ptr, input
 * param: d
 *   type: struct, input
 */
SYSCALL_DEFINE4(unknown_typedefs, frob_t, a, frob_t, b, frob_t, c, frob_t, d);

/**
 * sys_descriptors - descriptors
 * @a: x
 * @b: x
 * @c: x
 * @d: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * param: a
 *   type: fd, input
 * param: b
 *   type: fd, input
 * param: c
 *   type: fd, input ### class-mismatch: class 'fd' takes an integer such as 'int', but the C type of 'c' is 'u8'; write 'uint'
 * param: d
 *   type: fd, input ### class-mismatch: class 'fd' takes an integer such as 'int', but the C type of 'd' is 'int __user *'; write 'user_ptr'
 */
SYSCALL_DEFINE4(descriptors, int, a, unsigned long, b, u8, c, int __user *, d);

/**
 * sys_paths - strings in user memory
 * @a: x
 * @b: x
 * @c: x
 * @d: x
 * @e: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * param: a
 *   type: path, input
 * param: b
 *   type: path, input
 * param: c
 *   type: path, input ### class-mismatch: class 'path' takes 'const char __user *', but the C type of 'c' is 'const char *'; write 'ptr'
 * param: d
 *   type: path, input ### class-mismatch: class 'path' takes 'const char __user *', but the C type of 'd' is 'int'; write 'int'
 * param: e
 *   type: path, input ### class-mismatch: class 'path' takes 'const char __user *', but the C type of 'e' is 'const struct open_how __user *'; write 'user_ptr'
 */
SYSCALL_DEFINE5(paths, const char __user *, a, char __user *, b, const char *, c, int, d,
		const struct open_how __user *, e);

/**
 * sys_memory - pointers
 * @a: x
 * @b: x
 * @c: x
 * @d: x
 * @e: x
 * @f: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * param: a
 *   type: user_ptr, output
 * param: b
 *   type: user_ptr, input
 * param: c
 *   type: user_ptr, input ### class-mismatch: class 'user_ptr' takes a '__user' pointer, but the C type of 'c' is 'void *'; write 'ptr'
 * param: d
 *   type: user_ptr, input ### class-mismatch: class 'user_ptr' takes a '__user' pointer, but the C type of 'd' is 'int'; write 'int'
 * param: e
 *   type: ptr, input, user ### conflict: flag 'user', but the C type 'void *' of 'e' lacks '__user'
 * param: f
 *   type: ptr, input, user
 */
SYSCALL_DEFINE6(memory, void __user *, a, unsigned long, b, void *, c, int, d, void *, e,
		void __user *, f);

/**
 * objects - structs, arrays and functions
 * @a: x
 * @b: x
 * @c: x
 * @d: x
 * @e: x
 * @f: x
 * @g: x
 * @h: x
 *
 * api-version: 2
 * api-type: function
 *
 * param: a
 *   type: struct, input
 * param: b
 *   type: struct, input ### class-mismatch: class 'struct' takes a struct or a pointer to one, but the C type of 'b' is 'char *'; write 'ptr'
 * param: c
 *   type: union, input ### class-mismatch: class 'union' takes a union or a pointer to one, but the C type of 'c' is 'struct frob *'; write 'ptr'
 * param: d
 *   type: func_ptr, input
 * param: e
 *   type: func_ptr, input ### class-mismatch: class 'func_ptr' takes a pointer to a function, but the C type of 'e' is 'long'; write 'int'
 * param: f
 *   type: array, input
 * param: g
 *   type: array, input ### class-mismatch: class 'array' takes an array or a pointer, but the C type of 'g' is 'int'; write 'int'
 * param: h
 *   type: ptr, input ### class-mismatch: class 'ptr' takes a pointer, but the C type of 'h' is 'short'; write 'int'
 */
int objects(struct frob *a, char *b, struct frob *c, int (*d)(int), long e, int f[2], int g, short h);

/**
 * sys_directions - what flags say of numbers and pointers
 * @a: x
 * @b: x
 * @c: x
 * @d: x
 * @e: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * param: a
 *   type: int, output ### conflict: 'a' is passed by value, so the call cannot write through it
 * param: b
 *   type: int, input, optional ### conflict: flag 'optional' says that 'b' may be NULL, but it is no pointer
 * param: c
 *   type: user_ptr, output ### conflict: 'c' is an output, but the C type is 'const void __user *'
 * param: d
 *   type: user_ptr, output, optional
 * param: e
 *   type: user_ptr, output, optional
 */
SYSCALL_DEFINE5(directions, int, a, int, b, const void __user *, c, void __user *, d,
		unsigned long, e);

/**
 * sys_rules - constraints of memory on numbers, and the other way round
 * @a: x
 * @b: x
 * @c: x
 * @d: x
 * @e: x
 * @f: x
 *
 * api-version: 2
 * api-type: syscall
 * contexts: process
 *
 * param: a
 *   type: int, input
 *   constraint-type: buffer(1) ### conflict: constraint 'buffer' is for pointers, but 'a' is 'int'
 * param: b
 *   type: uint, input
 *   null-ok: a == 0 ### conflict: null-ok, but 'b' is no pointer: its C type is 'size_t'
 * param: c
 *   type: user_ptr, input
 *   constraint-type: range(0, 1) ### conflict: constraint 'range' is for numbers, but 'c' is 'void __user *'
 * param: d
 *   type: user_ptr, input
 *   constraint-type: buffer(b)
 *   null-ok: b == 0
 * param: e
 *   type: user_ptr, input
 *   size-param: c ### class-mismatch: the size of 'e' is 'c', which is 'void __user *', not an integer
 * param: f
 *   type: user_ptr, input
 *   size-param: f ### conflict: 'f' gives its own size; name the parameter with the byte count
 */
SYSCALL_DEFINE6(rules, int, a, size_t, b, void __user *, c, void __user *, d, void __user *, e,
		void __user *, f);

/**
 * sys_struct_types - a struct-type repeats what the code says
 * @a: x
 * @b: x
 * @c: x
 *
 * api-type: syscall
 * contexts: process
 *
 * param: a
 *   struct-type: struct stat ### scanner-hazard: other kernel-doc readers take 'struct-type:' for a section ### conflict: struct-type 'struct stat', but the C type is 'struct statx __user *'
 * param: b
 *   struct-type: const struct statx ### scanner-hazard: other kernel-doc readers take 'struct-type:' for a section
 * param: c
 *   struct-type: struct anything ### scanner-hazard: other kernel-doc readers take 'struct-type:' for a section
 */
SYSCALL_DEFINE3(struct_types, struct statx __user *, a, struct statx __user *, b, void __user *, c);

/**
 * better - what the class should be
 * @a: x
 * @b: x
 * @c: x
 *
 * api-version: 2
 * api-type: function
 *
 * param: a
 *   type: int, input ### class-mismatch: class 'int' takes a signed integer, but the C type of 'a' is 'void (*)(void)'; write 'func_ptr'
 * param: b
 *   type: int, input ### class-mismatch: class 'int' takes a signed integer, but the C type of 'b' is 'struct frob'; write 'struct'
 * param: c
 *   type: ptr, input ### class-mismatch: class 'ptr' takes a pointer, but the C type of 'c' is 'char'
 * return:
 *   type: ptr
 */
frob_t better(void (*a)(void), struct frob b, char c);
