using System.Collections.Frozen;

namespace Pictor.Providers.Sandbox;

/// <summary>
/// Flat drawings of things, feet at (0, 0), about 200 high. <c>$m</c> is the main colour, <c>$d</c> and <c>$l</c> its darker and
/// lighter tones, <c>$a</c> the accent, <c>$k</c> ink, <c>$w</c> white.
/// </summary>
internal static class SubjectArt
{
    public static readonly FrozenDictionary<SubjectKind, (string Main, string Accent, string Art)> Rows =
        new Dictionary<SubjectKind, (string, string, string)>
        {
            [SubjectKind.Cat] = ("f0a04b", "f7b7a3", """
                <path d="M50-14C112-4 116-58 92-88C86-94 77-87 82-79C96-52 84-34 52-40Z" fill="$d"/>
                <path d="M-58 0C-68-62-40-106 0-106C40-106 68-62 58 0Z" fill="$m"/><path d="M-26 0C-32-42-17-70 0-70C17-70 32-42 26 0Z" fill="$l"/>
                <ellipse cx="-30" cy="-7" rx="21" ry="10" fill="$l"/><ellipse cx="30" cy="-7" rx="21" ry="10" fill="$l"/>
                <path d="M-58-164L-54-212C-53-219-47-220-42-215L-16-193C-6-196 6-196 16-193L42-215C47-220 53-219 54-212L58-164C66-124 38-98 0-98C-38-98-66-124-58-164Z" fill="$m"/>
                <path d="M-49-178L-46-204L-27-187Z" fill="$a"/><path d="M49-178L46-204L27-187Z" fill="$a"/>
                <path d="M-8-194L0-168L8-194ZM-24-190L-18-172L-13-192ZM24-190L18-172L13-192Z" fill="$d"/>
                <ellipse cx="0" cy="-126" rx="25" ry="17" fill="$l"/><ellipse cx="-26" cy="-150" rx="9" ry="11" fill="$k"/><ellipse cx="26" cy="-150" rx="9" ry="11" fill="$k"/>
                <circle cx="-23" cy="-154" r="3.4" fill="$w"/><circle cx="29" cy="-154" r="3.4" fill="$w"/><path d="M-7-137H7L0-129Z" fill="#d9667a"/>
                <path d="M0-129V-125C-3-117-12-118-14-123M0-125C3-117 12-118 14-123M-36-131L-74-138M-36-126L-74-123M36-131L74-138M36-126L74-123" fill="none" stroke="$k" stroke-width="2.6" stroke-linecap="round"/>
                """),
            [SubjectKind.Dog] = ("c98a55", "e2686f", """
                <path d="M48-34C84-40 96-66 92-92C91-99 82-99 81-92C80-72 68-60 46-58Z" fill="$d"/>
                <path d="M-54 0C-64-60-38-102 0-102C38-102 64-60 54 0Z" fill="$m"/><path d="M-26 0C-32-42-17-72 0-72C17-72 32-42 26 0Z" fill="$l"/>
                <ellipse cx="-30" cy="-7" rx="21" ry="10" fill="$l"/><ellipse cx="30" cy="-7" rx="21" ry="10" fill="$l"/>
                <path d="M-52-172C-50-206-26-214 0-214C26-214 50-206 52-172C58-126 38-92 0-92C-38-92-58-126-52-172Z" fill="$m"/>
                <path d="M-46-200C-78-206-86-160-74-124C-70-112-56-116-53-128C-50-150-44-176-36-204Z" fill="$d"/><path d="M46-200C78-206 86-160 74-124C70-112 56-116 53-128C50-150 44-176 36-204Z" fill="$d"/>
                <path d="M-14-212C-10-180-10-160-26-138C-32-104-20-92 0-92C20-92 32-104 26-138C10-160 10-180 14-212Z" fill="$l"/>
                <ellipse cx="-25" cy="-162" rx="8" ry="9.5" fill="$k"/><ellipse cx="25" cy="-162" rx="8" ry="9.5" fill="$k"/><circle cx="-22" cy="-165" r="3" fill="$w"/><circle cx="28" cy="-165" r="3" fill="$w"/>
                <path d="M-9-112C-10-88-6-82 0-82C6-82 10-88 9-112Z" fill="$a"/><ellipse cx="0" cy="-134" rx="15" ry="11" fill="$k"/>
                <path d="M0-126V-114C-6-106-18-108-20-116M0-114C6-106 18-108 20-116" fill="none" stroke="$k" stroke-width="3" stroke-linecap="round"/><path d="M-42-98C-20-84 20-84 42-98L39-86C18-74-18-74-39-86Z" fill="$a"/>
                """),
            [SubjectKind.Fox] = ("e8743b", "2e2a33", """
                <path d="M40-6C104 6 132-46 104-102C100-110 92-107 90-99C84-70 70-52 40-46Z" fill="$m"/><path d="M104-102C100-110 92-107 90-99C88-88 85-79 81-72C96-70 104-66 112-60C116-74 112-88 104-102Z" fill="$w"/>
                <path d="M-50 0C-58-60-36-104 0-104C36-104 58-60 50 0Z" fill="$m"/><path d="M-24-98C-34-66-16-34 0-24C16-34 34-66 24-98Z" fill="$w"/>
                <path d="M-38 0C-40-14-34-24-24-24C-14-24-10-14-10 0ZM38 0C40-14 34-24 24-24C14-24 10-14 10 0Z" fill="$a"/>
                <path d="M-64-150L-58-212C-57-220-50-221-45-215L-18-190C-6-194 6-194 18-190L45-215C50-221 57-220 58-212L64-150C66-136 26-96 0-88C-26-96-66-136-64-150Z" fill="$m"/>
                <path d="M-51-180L-49-206L-29-187ZM51-180L49-206L29-187Z" fill="$a"/><path d="M-64-146C-40-150-14-134 0-108C14-134 40-150 64-146C60-130 24-96 0-88C-24-96-60-130-64-146Z" fill="$w"/>
                <ellipse cx="-25" cy="-155" rx="7.5" ry="9" fill="$k"/><ellipse cx="25" cy="-155" rx="7.5" ry="9" fill="$k"/><circle cx="-22" cy="-158" r="2.8" fill="$w"/><circle cx="28" cy="-158" r="2.8" fill="$w"/><ellipse cx="0" cy="-95" rx="11" ry="8.5" fill="$k"/>
                """),
            [SubjectKind.Cup] = ("f4f1ea", "6b3f25", """
                <ellipse cx="0" cy="-7" rx="112" ry="15" fill="$d"/><ellipse cx="0" cy="-11" rx="112" ry="15" fill="$m"/><ellipse cx="0" cy="-13" rx="76" ry="8" fill="$d"/>
                <path d="M66-104C118-114 124-40 52-46L58-60C96-58 96-96 64-90Z" fill="$d"/>
                <path d="M-76-126C-74-50-50-14 0-14C50-14 74-50 76-126Z" fill="$m"/><path d="M76-126C74-50 50-14 0-14C34-30 44-70 46-126Z" fill="$d" opacity=".55"/>
                <ellipse cx="0" cy="-126" rx="76" ry="17" fill="$l"/><ellipse cx="0" cy="-124" rx="67" ry="13" fill="$a"/><ellipse cx="-14" cy="-126" rx="34" ry="6" fill="$w" opacity=".14"/>
                <path d="M-24-152C-40-172-8-184-24-206M4-156C-12-178 22-192 4-216M32-152C16-172 48-184 32-204" fill="none" stroke="$w" stroke-width="7" stroke-linecap="round" opacity=".6"/>
                """),
            [SubjectKind.House] = ("f2e2c4", "b5533c", """
                <path d="M-84 0V-98H84V0Z" fill="$m"/><path d="M30 0V-98H84V0Z" fill="$d" opacity=".4"/><path d="M44-178H68V-120H44Z" fill="$d"/>
                <path d="M-104-94L0-182L104-94L94-84L0-158L-94-84Z" fill="$a"/><path d="M-84-92L0-160L84-92Z" fill="$a" opacity=".92"/>
                <path d="M-22 0V-62C-22-78 22-78 22-62V0Z" fill="#7a4a2f"/><circle cx="13" cy="-32" r="3.4" fill="#f3cf73"/>
                <path d="M-70-72H-38V-36H-70ZM38-72H70V-36H38Z" fill="#ffdf8a"/><path d="M-54-72V-36M-70-54H-38M54-72V-36M38-54H70" stroke="$w" stroke-width="4"/><circle cx="0" cy="-118" r="14" fill="#ffdf8a" stroke="$w" stroke-width="4"/>
                """),
            [SubjectKind.Tree] = ("5fa052", "7d5336", """
                <path d="M-15 0C-8-30-10-60-8-92H9C10-60 10-30 18 0Z" fill="$a"/><path d="M0-70L36-112L41-107L6-58Z" fill="$a"/>
                <circle cx="-38" cy="-112" r="44" fill="$d"/><circle cx="42" cy="-116" r="44" fill="$d"/><circle cx="0" cy="-146" r="56" fill="$m"/><circle cx="-42" cy="-120" r="34" fill="$m"/><circle cx="38" cy="-128" r="32" fill="$m"/><circle cx="-14" cy="-168" r="24" fill="$l" opacity=".7"/><circle cx="28" cy="-150" r="14" fill="$l" opacity=".6"/>
                """),
            [SubjectKind.Boat] = ("f7f3ea", "c8503c", """
                <path d="M-3-28V-204H3V-28Z" fill="#6b4a34"/><path d="M8-198C60-150 84-96 88-44H8Z" fill="$m"/><path d="M8-198C34-150 40-96 40-44H8Z" fill="$d" opacity=".28"/><path d="M-8-180C-32-130-56-84-78-44H-8Z" fill="$a"/>
                <path d="M-102-32H106C98-8 82 4 60 4H-62C-82 4-96-10-102-32Z" fill="#5d3a29"/><path d="M-102-32H106L103-22H-98Z" fill="$w"/><path d="M3-204L34-194L3-184Z" fill="$a"/>
                """),
            [SubjectKind.Flower] = ("f4b63f", "6d4023", """
                <path d="M-4 0C-10-40 8-70 0-120L8-122C14-72-2-40 6 0Z" fill="#4d8f4b"/><path d="M0-40C-20-78-58-74-70-56C-48-40-22-28 0-40ZM2-62C20-96 56-94 68-78C48-58 22-50 2-62Z" fill="#5fa85a"/>
                <g transform="translate(2 -142)"><g fill="$m"><ellipse cy="-42" rx="19" ry="34"/><ellipse cy="-42" rx="19" ry="34" transform="rotate(60)"/><ellipse cy="-42" rx="19" ry="34" transform="rotate(120)"/><ellipse cy="-42" rx="19" ry="34" transform="rotate(180)"/><ellipse cy="-42" rx="19" ry="34" transform="rotate(240)"/><ellipse cy="-42" rx="19" ry="34" transform="rotate(300)"/></g>
                <g fill="$l"><ellipse cy="-36" rx="13" ry="28" transform="rotate(30)"/><ellipse cy="-36" rx="13" ry="28" transform="rotate(90)"/><ellipse cy="-36" rx="13" ry="28" transform="rotate(150)"/><ellipse cy="-36" rx="13" ry="28" transform="rotate(210)"/><ellipse cy="-36" rx="13" ry="28" transform="rotate(270)"/><ellipse cy="-36" rx="13" ry="28" transform="rotate(330)"/></g><circle r="24" fill="$a"/><circle r="15" fill="$w" opacity=".14"/></g>
                """),
            [SubjectKind.Robot] = ("8fb3c9", "f2a33a", """
                <path d="M-40 0V-40H-14V0ZM14 0V-40H40V0Z" fill="$d"/><rect x="-46" y="-8" width="36" height="9" rx="4" fill="$k"/><rect x="10" y="-8" width="36" height="9" rx="4" fill="$k"/>
                <rect x="-86" y="-112" width="26" height="66" rx="13" fill="$d"/><rect x="60" y="-112" width="26" height="66" rx="13" fill="$d"/><rect x="-58" y="-118" width="116" height="86" rx="18" fill="$m"/><rect x="-34" y="-98" width="68" height="42" rx="8" fill="$l"/>
                <circle cx="-16" cy="-77" r="8" fill="$a"/><circle cx="6" cy="-77" r="5" fill="#e2616b"/><circle cx="21" cy="-77" r="5" fill="#58b58a"/><rect x="-14" y="-130" width="28" height="14" fill="$d"/>
                <rect x="-64" y="-202" width="128" height="76" rx="24" fill="$m"/><rect x="-50" y="-188" width="100" height="48" rx="18" fill="$k"/><circle cx="-22" cy="-164" r="11" fill="#7be0ff"/><circle cx="22" cy="-164" r="11" fill="#7be0ff"/><path d="M-12-149C-6-144 6-144 12-149" stroke="#7be0ff" stroke-width="4" fill="none" stroke-linecap="round"/>
                <path d="M-2-202V-220H2V-202Z" fill="$d"/><circle cx="0" cy="-225" r="9" fill="$a"/><rect x="-74" y="-178" width="12" height="28" rx="6" fill="$a"/><rect x="62" y="-178" width="12" height="28" rx="6" fill="$a"/>
                """),
            [SubjectKind.Rocket] = ("f1f3f7", "e2504a", """
                <path d="M-22-26C-30 4-8 6 0 30C8 6 30 4 22-26Z" fill="#ffb03b"/><path d="M-12-26C-14-6-4 0 0 14C4 0 14-6 12-26Z" fill="#fff0a8"/>
                <path d="M-34-92C-70-72-72-40-66-18L-30-40ZM34-92C70-72 72-40 66-18L30-40Z" fill="$a"/><path d="M0-220C50-172 50-90 30-26H-30C-50-90-50-172 0-220Z" fill="$m"/><path d="M0-220C50-172 50-90 30-26H8C26-90 24-172 0-220Z" fill="$d" opacity=".45"/>
                <path d="M0-220C21-200 33-178 38-156H-38C-33-178-21-200 0-220Z" fill="$a"/><circle cx="0" cy="-122" r="21" fill="$a"/><circle cx="0" cy="-122" r="14" fill="#8fd6f2"/><path d="M-9-126A10 10 0 0 1 0-133" stroke="$w" stroke-width="3" fill="none" stroke-linecap="round"/><path d="M-30-26H30L26-14H-26Z" fill="$k"/>
                """),
            [SubjectKind.Fish] = ("f58549", "ffd9a0", """
                <g transform="translate(0 -90)"><path d="M66 0C100-48 112-44 116-38C108-12 108 12 116 38C112 44 100 48 66 0Z" fill="$d"/><path d="M-20-54C0-92 44-84 52-40ZM-10 54C6 82 34 76 42 44Z" fill="$d"/>
                <path d="M-100 4C-70-66 30-74 84 0C30 74-70 66-100 4Z" fill="$m"/><path d="M-100 4C-70 66 30 74 84 0C30 34-60 36-100 4Z" fill="$a" opacity=".8"/><path d="M-8-30C6-12 6 14-8 32M22-28C34-10 34 12 22 28M50-20C58-8 58 8 50 20" stroke="$d" stroke-width="5" fill="none" stroke-linecap="round"/>
                <circle cx="-58" cy="-12" r="13" fill="$w"/><circle cx="-60" cy="-12" r="7.5" fill="$k"/><path d="M-96 14C-86 20-80 18-76 14" stroke="$k" stroke-width="3" fill="none" stroke-linecap="round"/></g><circle cx="-122" cy="-120" r="8" fill="$w" opacity=".6"/><circle cx="-112" cy="-148" r="5" fill="$w" opacity=".6"/><circle cx="-128" cy="-166" r="10" fill="$w" opacity=".5"/>
                """),
            [SubjectKind.Bird] = ("4f9bd9", "f6a43c", """
                <path d="M-16-24L-24 0M-24 0H-36M-24 0H-14M14-24L12 0M12 0H0M12 0H22" stroke="$a" stroke-width="5" fill="none" stroke-linecap="round"/><path d="M46-78L118-104L112-74L74-44Z" fill="$d"/>
                <path d="M-66-128C-66-168-34-178-14-172C10-166 12-138 36-116C68-86 70-22 6-22C-46-22-68-70-66-128Z" fill="$m"/><path d="M-62-108C-64-60-42-26 4-24C-8-60-30-88-62-108Z" fill="$l"/><path d="M-6-110C32-116 66-92 84-56C48-40 2-52-6-110Z" fill="$d"/>
                <path d="M-64-146L-98-134L-63-126Z" fill="$a"/><circle cx="-40" cy="-144" r="8" fill="$k"/><circle cx="-43" cy="-147" r="2.8" fill="$w"/>
                """),
            [SubjectKind.Car] = ("e0524d", "bfe3f2", """
                <path d="M-118-22C-124-60-110-70-76-74L-48-110C-42-118-34-120-24-120H30C42-120 50-116 58-108L84-76C112-72 122-60 120-22Z" fill="$m"/><path d="M-118-22C-119-34-119-42-117-48H119C121-40 121-32 120-22Z" fill="$d"/>
                <path d="M-58-76L-36-106C-33-109-30-110-26-110H-2V-76ZM8-76V-110H28C36-110 42-108 47-102L68-76Z" fill="$a"/><path d="M-112-62H-92C-90-52-98-50-114-50ZM116-60H104C102-52 106-50 118-50Z" fill="#ffe9a8"/>
                <circle cx="-66" cy="-22" r="25" fill="$k"/><circle cx="68" cy="-22" r="25" fill="$k"/><circle cx="-66" cy="-22" r="11" fill="$w"/><circle cx="68" cy="-22" r="11" fill="$w"/><path d="M-8-62H10" stroke="$k" stroke-width="4" stroke-linecap="round"/>
                """),
            [SubjectKind.Balloon] = ("e85d4a", "ffd166", """
                <path d="M-34-76L-18-28M34-76L18-28" stroke="$k" stroke-width="2.5"/><path d="M-20-30H20L16 0H-16Z" fill="#9a6a42"/><path d="M-22-32H22V-24H-22Z" fill="#7c5232"/>
                <path d="M0-236C60-236 88-192 84-152C80-116 48-92 36-74H-36C-48-92-80-116-84-152C-88-192-60-236 0-236Z" fill="$m"/><path d="M-46-222C-78-200-70-110-36-74H-20C-44-110-50-190-20-234ZM46-222C78-200 70-110 36-74H20C44-110 50-190 20-234Z" fill="$a"/><path d="M0-236C24-200 22-110 10-74H-10C-22-110-24-200 0-236Z" fill="$a"/>
                <path d="M0-236C60-236 88-192 84-152C80-116 48-92 36-74H20C60-110 70-190 0-236Z" fill="#000" opacity=".1"/>
                """),
            [SubjectKind.Lighthouse] = ("f6f1e7", "cf4640", """
                <path d="M-90 6C-80-20-50-28-30-24L40-26C66-30 92-14 98 6Z" fill="#6a6f78"/><path d="M-34-20L-22-156H22L34-20Z" fill="$m"/><path d="M-31.500-48L-28.500-82H28.500L31.500-48ZM-26-110L-23.500-138H23.500L26-110Z" fill="$a"/><path d="M22-156L34-20H10L8-156Z" fill="#000" opacity=".12"/>
                <path d="M-32-156H32V-164H-32Z" fill="$k"/><path d="M-18-164V-192H18V-164Z" fill="#ffe48a"/><path d="M-18-164V-192M0-164V-192M18-164V-192" stroke="$k" stroke-width="4"/><path d="M-26-192C-16-214 16-214 26-192Z" fill="$a"/><circle cx="0" cy="-214" r="5" fill="$k"/><path d="M-9-20V-38C-9-48 9-48 9-38V-20Z" fill="$k"/>
                """),
            [SubjectKind.Book] = ("4b73b8", "f6efdd", """
                <path d="M-112-118C-70-136-30-132 0-112C30-132 70-136 112-118V-6C70-24 30-20 0 0C-30-20-70-24-112-6Z" fill="$m"/><path d="M-102-122C-66-138-28-132 0-112V-10C-28-28-66-32-102-18Z" fill="$a"/><path d="M102-122C66-138 28-132 0-112V-10C28-28 66-32 102-18Z" fill="$w"/>
                <path d="M-86-102C-62-110-38-106-16-94M-86-80C-62-88-38-84-16-72M-86-58C-62-66-38-62-16-50M86-102C62-110 38-106 16-94M86-80C62-88 38-84 16-72M86-58C62-66 38-62 16-50" stroke="#b7ad99" stroke-width="4" fill="none" stroke-linecap="round"/><path d="M60-134L76-132V-84L68-94L60-86Z" fill="#d8504b"/>
                """),
        }.ToFrozenDictionary();
}
