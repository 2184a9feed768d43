# The guest of one boot sector: enters 64-bit mode, counts, writes the marker to COM1, halts.
#   as probe-guest.s -o p.o && ld -Ttext 0x7c00 --oformat binary p.o -o p.bin
        .code16
        .globl _start
_start: cli
        cld
        xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    $0x1000, %di            # page tables at 0x1000, 0x2000, 0x3000
        movw    $0x1800, %cx
        rep stosw
        movw    $0x2003, 0x1000
        movw    $0x3003, 0x2000
        movw    $0x0083, 0x3000         # one identity page of 2 MiB
        movl    %cr4, %eax
        orb     $0x20, %al              # PAE
        movl    %eax, %cr4
        movl    $0x1000, %eax
        movl    %eax, %cr3
        movl    $0xc0000080, %ecx       # EFER
        rdmsr
        orb     $1, %ah                 # LME
        wrmsr
        lgdt    gdtr
        movl    %cr0, %eax
        orl     $0x80000001, %eax       # PG, PE
        movl    %eax, %cr0
        ljmp    $8, $long
        .code64
long:   movl    $0x4000000, %ecx        # real work: an emulated step at a time would take minutes
1:      decl    %ecx
        jnz     1b
        movl    $text, %esi
        movw    $0x3f8, %dx
2:      lodsb
        testb   %al, %al
        jz      3f
        outb    %al, %dx
        jmp     2b
3:      hlt
        jmp     3b
        .balign 8
gdt:    .quad   0, 0x00af9a000000ffff
gdtr:   .word   15
        .long   gdt
text:   .asciz  "holdfast-guest-runs"
        .org    510
        .word   0xaa55
